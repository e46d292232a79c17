package tickwatch.rdb.store;

import java.util.Arrays;
import java.util.function.IntFunction;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Vector;

/**
 * A growing {@link SymbolVector}: the column's own domain and a code an item. The domain of the
 * rows that come is mapped to the column's once a batch, so a name is hashed once a batch and not
 * once a row.
 */
final class SymbolColumn extends Column {
  private static final int UNMAPPED = -1;

  /** A domain of fewer names is not worth looking through. */
  static final int FEW_NAMES = 16_384;

  private Domain domain = new Domain();
  private final IntColumn codes = new IntColumn(QType.INT);
  private int framedNames;

  /** Names that were in use when this was last looked at. */
  private int livingNames;

  /** Codes of this column by codes of the rows that are being written; reused. */
  private int[] mapping = new int[64];

  @Override
  QType type() {
    return QType.SYMBOL;
  }

  @Override
  boolean reserve(int chunk, int capacity) {
    return codes.reserve(chunk, capacity);
  }

  @Override
  boolean write(Vector items, int from, int at, int count) {
    if (!(items instanceof SymbolVector source)) {
      return false;
    }
    int[] target = codes.last();
    int names = source.domainLength();
    if (count == 1 || names > 2 * count) {
      // A few rows out of a wide domain: clearing the mapping would cost more than the look-ups.
      for (int i = 0; i < count; i++) {
        target[at + i] = domain.codeOf(source.get(from + i));
      }
      return true;
    }
    if (names > mapping.length) {
      mapping = new int[2 * names];
    }
    Arrays.fill(mapping, 0, names, UNMAPPED);
    IntVector theirs = source.codes();
    for (int i = 0; i < count; i++) {
      int their = theirs.get(from + i);
      int code = mapping[their];
      if (code == UNMAPPED) {
        code = domain.codeOf(source.domainName(their));
        mapping[their] = code;
      }
      target[at + i] = code;
    }
    return true;
  }

  @Override
  void dropChunks(int count) {
    codes.dropChunks(count);
  }

  /**
   * Looked at only once twice as many names are there as were in use the last time, so that the
   * look through all codes is paid for by the names that have come. Readers keep the codes and the
   * domain that they have.
   */
  @Override
  void forgetUnused(int rows) {
    if (domain.count() < FEW_NAMES || domain.count() < 2 * livingNames) {
      return;
    }
    int[] codeOf = new int[domain.count()];
    Arrays.fill(codeOf, UNMAPPED);
    Domain living = new Domain();
    for (int row = 0; row < rows; row++) {
      int code = codes.get(row);
      if (codeOf[code] == UNMAPPED) {
        codeOf[code] = living.codeOf(domain.names()[code]);
      }
    }
    livingNames = living.count();
    if (livingNames > domain.count() / 2) {
      return;
    }
    codes.map(codeOf, rows);
    domain = living;
  }

  @Override
  IntFunction<Vector> frame() {
    String[] names = domain.names();
    int nameCount = domain.count();
    IntFunction<Vector> held = codes.frame();
    framedNames = nameCount;
    return length -> SymbolVector.ofCodes(names, nameCount, true, (IntVector) held.apply(length));
  }

  @Override
  boolean frameChanged() {
    return domain.count() != framedNames;
  }

  @Override
  int itemBytes() {
    return Integer.BYTES;
  }
}
