package tickwatch.tick;

import tickwatch.ipc.value.Table;

/**
 * Rows that were published: one message of the tick log.
 *
 * @param table the table they belong to
 * @param rows {@code rows × the table's columns}, in the schema's order and types
 */
public record Upd(String table, Table rows) {}
