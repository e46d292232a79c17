package tickwatch.ipc.value;

import org.jspecify.annotations.Nullable;

/**
 * Keys and as many values. A dictionary from a table to a table is a keyed table.
 *
 * @param keys a vector or a table
 * @param values a vector or a table
 * @param step whether it is a step function, for whom a key that is missing means the one before
 *     it; travels as a plain dictionary and does not count when two are compared
 */
public record Dictionary(Value keys, Value values, boolean step) implements Value {
  public Dictionary(Value keys, Value values) {
    this(keys, values, false);
  }

  public Dictionary {
    if (!(keys instanceof Vector || keys instanceof Table)
        || !(values instanceof Vector || values instanceof Table)) {
      throw new IllegalArgumentException("dictionary from " + keys.type() + " to " + values.type());
    }
    if (keys.count() != values.count()) {
      throw new IllegalArgumentException(keys.count() + " keys for " + values.count() + " values");
    }
  }

  public boolean isKeyedTable() {
    return keys instanceof Table && values instanceof Table;
  }

  @Override
  public QType type() {
    return QType.DICTIONARY;
  }

  @Override
  public int count() {
    return keys.count();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Dictionary that && keys.equals(that.keys) && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return 31 * keys.hashCode() + values.hashCode();
  }
}
