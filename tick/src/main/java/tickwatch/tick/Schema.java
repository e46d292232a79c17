package tickwatch.tick;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
      return parse(Files.readString(qFile, StandardCharsets.UTF_8), qFile.toString());
    } catch (IOException e) {
      throw new SchemaException("schema file " + qFile + " cannot be read: " + e, e);
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
    throw new UnsupportedOperationException("not yet");
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
