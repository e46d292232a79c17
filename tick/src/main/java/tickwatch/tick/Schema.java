package tickwatch.tick;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Value;
import tickwatch.q.Globals;
import tickwatch.q.Interpreter;
import tickwatch.q.Limits;
import tickwatch.q.QError;

/**
 * The tables a tickerplant publishes, in the order they were defined.
 *
 * <p>A schema file is q text that assigns empty tables, as kdb+tick's are: {@code
 * trade:([]time:`timestamp$();sym:`symbol$();price:`float$())}. The first two columns must be
 * {@code time} (a timestamp or a timespan) and {@code sym} (a symbol).
 */
public final class Schema {
  private final Map<String, TableSchema> byName;

  private Schema(Map<String, TableSchema> byName) {
    this.byName = byName;
  }

  /** The given tables; of two with one name the later one holds. */
  public static Schema of(Collection<TableSchema> tables) {
    Map<String, TableSchema> byName = new LinkedHashMap<>();
    for (TableSchema table : tables) {
      byName.put(table.name(), table);
    }
    return new Schema(byName);
  }

  /**
   * Reads a schema file.
   *
   * @throws SchemaException if it cannot be read or {@link #parse} refuses it
   */
  public static Schema load(Path qFile) {
    try {
      String text = Files.readString(qFile, StandardCharsets.UTF_8);
      // What some editors put before text in UTF-8 is no part of it.
      return parse(text.startsWith("\uFEFF") ? text.substring(1) : text, qFile.toString());
    } catch (MalformedInputException e) {
      throw new SchemaException("schema file " + qFile + " is not text (expected: UTF-8)", e);
    } catch (IOException e) {
      throw new SchemaException(
          "schema file " + qFile + " cannot be read: " + TickLog.reason(e), e);
    }
  }

  /**
   * Evaluates the text of a schema file.
   *
   * @param origin where the text is from, for messages
   * @throws SchemaException if the text is not q, defines no table, or a table does not start with
   *     {@code time} and {@code sym} (kdb+tick's {@code 'timesym})
   */
  public static Schema parse(String qText, String origin) {
    Definitions definitions = new Definitions();
    try {
      new Interpreter(definitions, Clock.systemUTC(), Limits.defaults())
          .evaluate(SymbolAtom.bytesOf(qText));
    } catch (QError e) {
      throw new SchemaException("schema %s: %s".formatted(origin, e.getMessage()), e);
    }
    List<TableSchema> tables = new ArrayList<>();
    for (Map.Entry<String, Value> each : definitions.values.entrySet()) {
      TableSchema table = UpdMessages.tableSchema(each.getKey(), each.getValue());
      if (table != null) {
        check(table, origin);
        tables.add(table);
      }
    }
    if (tables.isEmpty()) {
      throw new SchemaException(
          "schema %s defines no table (expected: as trade:([]time:`timestamp$();sym:`symbol$();"
                  .formatted(origin)
              + "price:`float$()))");
    }
    return of(tables);
  }

  private static void check(TableSchema table, String origin) {
    List<String> columns = table.columns();
    List<QType> types = table.types();
    Set<String> seen = new HashSet<>();
    for (String column : columns) {
      if (!seen.add(column)) {
        throw new SchemaException(
            "table %s of schema %s has two columns %s (expected: each name once)"
                .formatted(table.name(), origin, column));
      }
    }
    if (columns.size() < 2 || !columns.get(0).equals("time") || !columns.get(1).equals("sym")) {
      throw new SchemaException(
          "'timesym: table %s of schema %s starts with the columns %s (expected: time, sym)"
              .formatted(table.name(), origin, columns.subList(0, Math.min(2, columns.size()))));
    }
    if (types.get(0) != QType.TIMESTAMP && types.get(0) != QType.TIMESPAN) {
      throw new SchemaException(
          "'timesym: column time of table %s of schema %s has type %s (expected: timestamp or"
                  .formatted(table.name(), origin, types.get(0))
              + " timespan)");
    }
    if (types.get(1) != QType.SYMBOL) {
      throw new SchemaException(
          "'timesym: column sym of table %s of schema %s has type %s (expected: symbol)"
              .formatted(table.name(), origin, types.get(1)));
    }
  }

  /** What a schema's text assigns. */
  private static final class Definitions implements Globals {
    final Map<String, Value> values = new LinkedHashMap<>();

    @Override
    public @Nullable Value get(String name) {
      return values.get(name);
    }

    @Override
    public void set(String name, Value value) {
      values.put(name, value);
    }

    @Override
    public Collection<String> names() {
      return values.keySet();
    }
  }

  /** These tables and the other's; where both define a name the other's holds. */
  public Schema with(Schema other) {
    Map<String, TableSchema> all = new LinkedHashMap<>(byName);
    all.putAll(other.byName);
    return new Schema(all);
  }

  public List<TableSchema> tables() {
    return List.copyOf(byName.values());
  }

  /** The table of that name (one char a byte), or null. */
  public @Nullable TableSchema table(String name) {
    return byName.get(name);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Schema that && tables().equals(that.tables());
  }

  @Override
  public int hashCode() {
    return tables().hashCode();
  }

  @Override
  public String toString() {
    return "Schema" + byName.values();
  }
}
