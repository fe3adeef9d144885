#pragma once

#include "pg/boundary.hpp"

namespace rowhouse::pg {

/// A parameter of a statement.
struct Placeholder {
    Oid type = InvalidOid;
    bool is_constant = false;  ///< planned as the value below, whatever the statement is run with
    Datum value = 0;           ///< lives as long as the statement
    bool is_null = true;
};

}  // namespace rowhouse::pg
