package tickwatch.ipc.value;

/**
 * Keys and as many values. A dictionary from a table to a table is a keyed table.
 *
 * @param keys a vector or a table
 * @param values a vector or a table
 */
public record Dictionary(Value keys, Value values) implements Value {
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
}
