// Reading an OpenAPI document: its operations, references, and values that its schemas allow.

export function resolve(document, node) {
    while (node?.$ref) {
        node = node.$ref.slice(2).split('/').reduce((at, name) => at[name], document);
    }
    return node;
}

/** Every operation with its method, path, and resolved parameters and body. */
export function operationsOf(document) {
    return Object.entries(document.paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => ({
            ...operation,
            path,
            method: method.toUpperCase(),
            parameters: (operation.parameters ?? []).map((one) => resolve(document, one)),
            body: operation.requestBody?.content['application/json'].schema,
            success: Number(Object.keys(operation.responses).find((status) => status.startsWith('2'))),
            isList: 'next_cursor' in (resolve(document, operation.responses[200]?.content?.['application/json'].schema)?.properties ?? {}),
            isSecured: operation.security.length > 0,
        })));
}

/** A value that the schema allows: its example where it has one. `whole`: optional members too. */
export function sample(document, schema, whole = true) {
    const plain = resolve(document, schema.anyOf ? schema.anyOf[0] : schema);
    const type = Array.isArray(plain.type) ? plain.type[0] : plain.type;
    if (plain.examples) return plain.examples[0];
    if (plain.enum) return plain.enum[0];
    if (type === 'array') return [sample(document, plain.items, whole)];
    if (type !== 'object') return { boolean: true, integer: 1, number: 1, string: 'example' }[type] ?? {};
    const names = Object.keys(plain.properties ?? {}).filter((name) => whole || plain.required?.includes(name));
    return Object.fromEntries(names.map((name) => [name, sample(document, plain.properties[name], whole)]));
}

/** Whether the schema of a text or null allows the value; for what domains say, no more. */
export function allows(document, schema, value) {
    const plain = resolve(document, schema);
    if (plain.anyOf) return plain.anyOf.some((one) => allows(document, one, value));
    if (plain.type !== undefined && ![plain.type].flat().includes(value === null ? 'null' : typeof value)) return false;
    if (typeof value !== 'string') return true;
    const length = [...value].length;
    return (plain.minLength ?? 0) <= length && length <= (plain.maxLength ?? Infinity)
        && (plain.pattern === undefined || new RegExp(plain.pattern, 'u').test(value))
        && (plain.enum === undefined || plain.enum.includes(value))
        && (plain.not === undefined || !allows(document, plain.not, value))
        && (plain.allOf ?? []).every((one) => allows(document, one, value));
}

/** The document with its objects closed: a member of an answer that it does not name is a violation. */
export function closed(document) {
    const strict = structuredClone(document);
    for (const [name, schema] of Object.entries(strict.components.schemas)) {
        if (schema.properties && name !== 'problem') schema.additionalProperties = false;
    }
    return strict;
}
