-- Nobody executes anything unless install() says so. Last, so that nothing is left out.

revoke execute on all functions in schema rowhouse from public;
