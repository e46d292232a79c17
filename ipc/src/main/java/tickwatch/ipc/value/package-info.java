/**
 * q's values: atoms, vectors, lists, dictionaries, tables, functions. Immutable, shared freely; no
 * bytes, no sockets.
 */
@NullMarked
package tickwatch.ipc.value;

import org.jspecify.annotations.NullMarked;
