package tickwatch.tick;

import java.util.ArrayList;
import java.util.List;
import tickwatch.ipc.value.QType;

/**
 * The tables that every tickerplant adds to its schema; no detector judges them.
 *
 * <pre>{@code
 * score:    ([]time:`timestamp$();sym:`symbol$();source:`symbol$();seq:`long$();detector:`symbol$();
 *             score:`float$();threshold:`float$();flag:`boolean$();
 *             expected:();lower:();upper:();contribution:())
 * anomaly:  ([]time:`timestamp$();sym:`symbol$();source:`symbol$();id:`symbol$();state:`symbol$();
 *             start:`timestamp$();grade:`float$();score:`float$();threshold:`float$();kind:`symbol$();
 *             channel:`symbol$();actual:`float$();expected:`float$();lower:`float$();upper:`float$();
 *             channels:();contribution:();confidence:`float$();detector:`symbol$();cause:())
 * alert:    ([]time:`timestamp$();sym:`symbol$();id:`symbol$();sink:`symbol$();state:`symbol$();
 *             severity:`symbol$();text:())
 * feedback: ([]time:`timestamp$();sym:`symbol$();id:`symbol$();verdict:`symbol$();user:`symbol$();
 *             note:())
 * heartbeat:([]time:`timestamp$();sym:`symbol$();process:`symbol$();host:`symbol$();pid:`long$();
 *             port:`int$();counter:`long$();lag:`long$())
 * logmsg:   ([]time:`timestamp$();sym:`symbol$();process:`symbol$();level:`symbol$();
 *             message:())
 * publisher:([]time:`timestamp$();sym:`symbol$();seq:`long$();messages:`int$())
 * }</pre>
 */
public final class SystemTables {
  private SystemTables() {}

  /**
   * {@code score}, {@code anomaly}, {@code alert}, {@code feedback}, {@code heartbeat}, {@code
   * logmsg}, and {@code publisher}, in which the tickerplant keeps how far each numbered publisher
   * was accepted.
   */
  public static Schema schema() {
    return Schema.of(
        List.of(
            table(
                "score",
                "source:s seq:j detector:s score:f threshold:f flag:b expected:* lower:* upper:*"
                    + " contribution:*"),
            table(
                "anomaly",
                "source:s id:s state:s start:p grade:f score:f threshold:f kind:s channel:s"
                    + " actual:f expected:f lower:f upper:f channels:* contribution:* confidence:f"
                    + " detector:s cause:*"),
            table("alert", "id:s sink:s state:s severity:s text:*"),
            table("feedback", "id:s verdict:s user:s note:*"),
            table("heartbeat", "process:s host:s pid:j port:i counter:j lag:j"),
            table("logmsg", "process:s level:s message:*"),
            table(PublisherMarker.TABLE, "seq:j messages:i")));
  }

  /**
   * A schema's tables, and these.
   *
   * @throws SchemaException if the schema has a table of the same name and other columns
   */
  public static Schema addedTo(Schema schema) {
    Schema all = schema();
    for (TableSchema table : all.tables()) {
      TableSchema other = schema.table(table.name());
      if (other != null && !other.equals(table)) {
        throw new SchemaException(
            "the schema's table %1$s has the columns %2$s, and every tickerplant has a table %1$s with the columns %3$s: give yours another name, or leave it out"
                .formatted(table.name(), other.columns(), table.columns()));
      }
    }
    return schema.with(all);
  }

  /** A table of time, sym and these columns, each with the letter of its type, * for untyped. */
  private static TableSchema table(String name, String moreColumns) {
    List<String> columns = new ArrayList<>(List.of("time", "sym"));
    List<QType> types = new ArrayList<>(List.of(QType.TIMESTAMP, QType.SYMBOL));
    for (String column : moreColumns.split(" ", -1)) {
      char letter = column.charAt(column.length() - 1);
      QType type = letter == '*' ? QType.LIST : QType.ofLetter(letter);
      if (type == null) {
        throw new IllegalStateException("column " + column + " of table " + name);
      }
      columns.add(column.substring(0, column.length() - 2));
      types.add(type);
    }
    return new TableSchema(name, columns, types, 0);
  }

  /** Whether a table of this name is one of these. */
  public static boolean contains(String table) {
    return switch (table) {
      case "score", "anomaly", "alert", "feedback", "heartbeat", "logmsg", "publisher" -> true;
      default -> false;
    };
  }
}
