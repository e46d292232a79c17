package tickwatch.tickerplant;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tickwatch.tick.PublisherMarker;
import tickwatch.tick.Schema;
import tickwatch.tick.TableSchema;

/** All tables that a tickerplant publishes, in the schema's order. */
final class PublishedTables {
  private final Map<String, PublishedTable> byName = new LinkedHashMap<>();
  private final PublishedTable ofPublishers;

  PublishedTables(Schema schema) {
    for (TableSchema table : schema.tables()) {
      byName.put(table.name(), new PublishedTable(table));
    }
    PublishedTable found = byName.get(PublisherMarker.TABLE);
    if (found == null) {
      throw new IllegalArgumentException("a schema without the table " + PublisherMarker.TABLE);
    }
    ofPublishers = found;
  }

  Collection<PublishedTable> all() {
    return byName.values();
  }

  @Nullable PublishedTable get(String name) {
    return byName.get(name);
  }

  /** The table whose name (with its 00) lies there, or null. */
  @Nullable PublishedTable get(ByteBuffer bytes, int at, int symbolEnd) {
    for (PublishedTable table : byName.values()) {
      if (table.isNamed(bytes, at, symbolEnd)) {
        return table;
      }
    }
    return null;
  }

  /** The table that the markers of numbered publishers are rows of. */
  PublishedTable ofPublishers() {
    return ofPublishers;
  }
}
