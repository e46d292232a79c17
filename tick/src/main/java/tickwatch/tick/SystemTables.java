package tickwatch.tick;

/** The tables that every tickerplant adds to its schema; no detector judges them. */
public final class SystemTables {
  private static final String TEXT =
      String.join(
          "\n",
          "score:([]time:`timestamp$();sym:`symbol$();source:`symbol$();seq:`long$();"
              + "detector:`symbol$();score:`float$();threshold:`float$();flag:`boolean$();"
              + "expected:();lower:();upper:();contribution:())",
          "anomaly:([]time:`timestamp$();sym:`symbol$();source:`symbol$();id:`symbol$();"
              + "state:`symbol$();start:`timestamp$();grade:`float$();score:`float$();"
              + "threshold:`float$();kind:`symbol$();channel:`symbol$();actual:`float$();"
              + "expected:`float$();lower:`float$();upper:`float$();channels:();contribution:();"
              + "confidence:`float$();detector:`symbol$();cause:())",
          "alert:([]time:`timestamp$();sym:`symbol$();id:`symbol$();sink:`symbol$();"
              + "state:`symbol$();severity:`symbol$();text:())",
          "feedback:([]time:`timestamp$();sym:`symbol$();id:`symbol$();verdict:`symbol$();"
              + "user:`symbol$();note:())",
          "heartbeat:([]time:`timestamp$();sym:`symbol$();process:`symbol$();host:`symbol$();"
              + "pid:`long$();port:`int$();counter:`long$();lag:`long$())",
          "logmsg:([]time:`timestamp$();sym:`symbol$();process:`symbol$();level:`symbol$();"
              + "message:())",
          "publisher:([]time:`timestamp$();sym:`symbol$();seq:`long$();messages:`int$())");

  private SystemTables() {}

  /**
   * {@code score}, {@code anomaly}, {@code alert}, {@code feedback}, {@code heartbeat}, {@code
   * logmsg}, and {@code publisher}, in which the tickerplant keeps how far each numbered publisher
   * was accepted.
   */
  public static Schema schema() {
    return Schema.parse(TEXT, "the tables of the system");
  }

  /** Whether a table of this name is one of these. */
  public static boolean contains(String table) {
    return switch (table) {
      case "score", "anomaly", "alert", "feedback", "heartbeat", "logmsg", "publisher" -> true;
      default -> false;
    };
  }
}
