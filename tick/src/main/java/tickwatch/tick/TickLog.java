package tickwatch.tick;

/**
 * A tick log in kdb+'s own format.
 *
 * <pre>
 *   0 .. 7                    8 ..
 *  +-------------------------+-----------+-----------+----
 *  | ff 01 00 00 00 00 00 00 | message 1 | message 2 | ...
 *  +-------------------------+-----------+-----------+----
 *  message: a q value in the encoding of the wire, little-endian, without its header:
 *    00 00 03000000 f5 'upd' 00 f5 table 00 columns      (`upd;`table;(column;column;...))
 * </pre>
 */
public final class TickLog {
  private TickLog() {}
}
