package tickwatch.tick;

import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Value;

/**
 * A tickerplant's answer to a subscription.
 *
 * @param schema what was subscribed to
 * @param log the path of today's log; empty if none is kept
 * @param messages in the log, up to where the subscription began; or the null long
 * @param run the run of the tickerplant; the null long if it does not say, as kdb+'s own
 */
record Subscription(Schema schema, String log, long messages, long run) {
  private static final String TO_ALL = "(.u.sub[`;`];.u `i`L`run)";
  private static final String TO_SYMS = "{(.u.sub[x;y];.u `i`L`run)}";
  private static final String TO_SOME = "{(.u.sub[;y]each x;.u `i`L`run)}";

  /** What asks for it: one message, so that nothing is published between its parts. */
  static Value query(TickSubscriberConfig config) {
    if (config.tables().isEmpty() && config.syms().isEmpty()) {
      return ByteVector.string(TO_ALL);
    }
    Value syms = config.syms().isEmpty() ? SymbolAtom.NULL : UpdMessages.symbols(config.syms());
    return config.tables().isEmpty()
        ? ListVector.of(ByteVector.string(TO_SYMS), SymbolAtom.NULL, syms)
        : ListVector.of(ByteVector.string(TO_SOME), UpdMessages.symbols(config.tables()), syms);
  }

  /**
   * @throws SchemaException if the answer is none
   */
  static Subscription of(Value answer) {
    if (!(answer instanceof ListVector list) || list.length() != 2) {
      throw new SchemaException("the answer to a subscription is of type " + answer.typeNumber());
    }
    long messages = Null.LONG;
    long run = Null.LONG;
    String log = "";
    if (list.get(1) instanceof ListVector where
        && where.length() >= 2
        && where.get(0) instanceof LongAtom count
        && where.get(1) instanceof SymbolAtom path) {
      messages = count.value();
      log = path(path);
      // kdb+'s own tick has no such variable.
      if (where.length() > 2 && where.get(2) instanceof LongAtom number) {
        run = number.value();
      }
    }
    return new Subscription(UpdMessages.schema(list.get(0)), log, messages, run);
  }

  /** A path as q has it, without its colon. */
  static String path(SymbolAtom handle) {
    String text = handle.text();
    return text.startsWith(":") ? text.substring(1) : text;
  }

  boolean hasLog() {
    return !log.isEmpty() && messages != Null.LONG;
  }
}
