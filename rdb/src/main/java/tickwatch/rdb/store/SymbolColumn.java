package tickwatch.rdb.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Vector;

/**
 * A growing {@link SymbolVector}: the column's own domain and a code an item. The domain of the
 * rows that come is mapped to the column's once a batch, so a name is hashed once a batch and not
 * once a row.
 *
 * <p>A column that is {@linkplain #keepIndex told to} has an index of the rows of each name. With
 * names so many that the index would take much beside the rows it is given up.
 */
final class SymbolColumn extends Column {
  private static final int UNMAPPED = -1;

  /** A domain of fewer names is not worth looking through. */
  static final int FEW_NAMES = 16_384;

  /** Up to here an index is small, however few rows each name has. */
  private static final int FEW_INDEXED = 1024;

  /** Rows a name, on average, that make an index of more names worth its memory. */
  private static final int ROWS_A_NAME = 8;

  private Domain domain = new Domain();
  private IntColumn codes = new IntColumn(QType.INT);
  private @Nullable GroupedIndex index;
  private int framedNames;
  private NameOrder order = NameOrder.NONE;

  /** The number of the first row that is there, counted since the start and wrapping round. */
  private int firstRow;

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
  int[] last() {
    return codes.last();
  }

  /** The code of a name, which holds for as long as the domain is this one. */
  int code(String name) {
    return domain.codeOf(name);
  }

  /** What the codes are of; another one once they were given anew. */
  Domain domain() {
    return domain;
  }

  /** Keeps the rows of each name from now on; there are no rows yet. */
  void keepIndex() {
    index = new GroupedIndex(firstRow);
  }

  /** Gives the index up if {@code rows} rows have too many names for it. */
  void watchNames(int rows) {
    int names = domain.count();
    if (names > FEW_INDEXED && names > framedNames && (long) ROWS_A_NAME * names > rows) {
      index = null;
    }
  }

  @Override
  void dropChunks(int count) {
    codes.dropChunks(count);
    firstRow += count << Vector.CHUNK_SHIFT;
  }

  /** Codes and the numbers of rows stay what they are. */
  @Override
  Column moved(int from, int to, int capacity) {
    codes = (IntColumn) codes.moved(from, to, capacity);
    firstRow += from;
    return this;
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
    if (index != null) {
      // The codes of the old one mean other names.
      index = new GroupedIndex(firstRow);
    }
    domain = living;
    order = NameOrder.NONE;
    framedNames = -1;
  }

  @Override
  Frame frame() {
    String[] names = domain.names();
    int nameCount = domain.count();
    Frame held = codes.frame();
    if (framedNames != nameCount) {
      order = order.with(names, nameCount);
      framedNames = nameCount;
    }
    NameOrder ordered = order;
    GroupedIndex indexed = index;
    int start = firstRow;
    return (from, to) -> {
      IntVector rows = (IntVector) held.rows(from, to);
      SymbolVector symbols = SymbolVector.ofCodes(names, nameCount, true, rows);
      return indexed == null ? symbols : symbols.withIndex(indexed.of(rows, start + from, ordered));
    };
  }

  @Override
  boolean frameChanged() {
    return domain.count() != framedNames;
  }

  @Override
  int itemBytes() {
    return Integer.BYTES;
  }

  /** The index of the rows that are there now, or null if none is kept. */
  @Nullable GroupedIndex index() {
    return index;
  }
}
