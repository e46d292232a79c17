package tickwatch.rdb.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.SymbolIndex;
import tickwatch.ipc.value.Vector;

/**
 * The rows of each name of a symbol column: the column's grouped attribute.
 *
 * <p>The writer of the column has no part in it: putting a row where its name's rows are takes as
 * long as all else that is done for a few values. Whoever asks a vector of the column for its index
 * first has the index go on to the vector's end, and somebody who does so now and then leaves
 * little for the others to do.
 *
 * <p>A name's rows lie in blocks of {@value #BLOCK} ints; only a name's last block may be shorter,
 * and is then copied when it grows. So a row takes four bytes, and of what a name takes at most a
 * fifth lies unused, a few rows aside. Rows are numbered since the start, wrapping round: a table
 * that drops its first rows renumbers nothing, and drops the blocks that held them.
 *
 * <p><b>Threads.</b> Any. One at a time changes the index, under its lock, and nobody waits for
 * that but who wants it changed too: a {@link Frame} is read without. A name's count is written
 * after its rows and read before them, and rows behind a vector's end are not looked at. What is
 * dropped goes into new lists; earlier frames keep the old ones.
 */
final class GroupedIndex {
  static final int SHIFT = 10;
  static final int BLOCK = 1 << SHIFT;
  private static final int MASK = BLOCK - 1;
  private static final int LEAST_ROOM = 4;
  private static final int[] NO_ROWS = {};

  /** An estimate of what a name takes besides its blocks. */
  private static final int BYTES_A_NAME = 80;

  /** The rows of one name. */
  private static final class Rows {
    private static final VarHandle COUNT = count();

    private volatile int[][] blocks = {NO_ROWS};
    private int count;

    // The first and the last row again: a query for those of every name then touches one place in
    // memory for a name, not one of each block's.
    private int oldest;
    private int newest;

    // The writer's alone: the block that the next row goes to.
    private int[] last = blocks[0];
    private int end;
    private int blockCount = 1;

    private static VarHandle count() {
      try {
        return MethodHandles.lookup().findVarHandle(Rows.class, "count", int.class);
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    int countNow() {
      return (int) COUNT.getAcquire(this);
    }

    /** Whether the next row goes where there is room for it. */
    boolean hasRoom() {
      return end < last.length;
    }

    /** Adds a row, for which there is room. */
    void add(int row) {
      int at = end;
      last[at] = row;
      newest = row;
      end = at + 1;
      COUNT.setRelease(this, count + 1);
    }

    /** Makes room for this row; answers how many ints were allocated. */
    int makeRoom(int row) {
      if (count == 0) {
        oldest = row;
      }
      int more = Math.max(LEAST_ROOM, count / 4);
      if (end == BLOCK) {
        end = 0;
        return begin(Math.min(BLOCK, more));
      }
      int allocated = last.length;
      last = Arrays.copyOf(last, Math.min(BLOCK, allocated + more));
      // Readers may look at the directory that is there, whose last block goes on to be theirs.
      int[][] directory = blocks.clone();
      directory[blockCount - 1] = last;
      blocks = directory;
      return last.length - allocated;
    }

    private int begin(int capacity) {
      int[][] directory = blocks;
      if (blockCount == directory.length) {
        directory = Arrays.copyOf(directory, 2 * blockCount);
      }
      last = new int[capacity];
      directory[blockCount++] = last;
      blocks = directory;
      return capacity;
    }

    /** Without its first blocks. */
    Rows without(int dropped) {
      Rows rest = new Rows();
      if (dropped < blockCount) {
        rest.blocks = Arrays.copyOfRange(blocks, dropped, blockCount);
        rest.blockCount = blockCount - dropped;
        rest.last = last;
        rest.end = end;
        rest.count = count - (dropped << SHIFT);
        rest.oldest = rest.blocks[0][0];
        rest.newest = newest;
      }
      return rest;
    }

    /**
     * Full blocks at the start whose rows all lie before {@code base}; all of them if none is left.
     */
    int blocksBefore(int base) {
      if (count == 0) {
        return 0;
      }
      if (newest - base < 0) {
        return blockCount;
      }
      int dropped = 0;
      while ((dropped + 1) << SHIFT <= count && blocks[dropped][MASK] - base < 0) {
        dropped++;
      }
      return dropped;
    }

    long ints() {
      return ((blockCount - 1L) << SHIFT) + last.length;
    }
  }

  /** Rows that gather before the blocks that held them are looked for. */
  private static final int DROPPED_AT_LEAST = Vector.CHUNK;

  private Rows[] rowsOf = new Rows[16];
  private int names;

  /** No row before this one is known any more. */
  private int base;

  /** The row after the last one that is known. */
  private int end;

  private long ints;

  /** What readers get, until names have come or rows have gone that it does not know of. */
  private @Nullable Frame frame;

  private volatile long bytes;

  /**
   * @param base the number of the first row that there may be
   */
  GroupedIndex(int base) {
    this.base = base;
    this.end = base;
  }

  /**
   * The index of a vector of this column.
   *
   * @param start the number of its first row
   * @param order of all names of its domain
   */
  View of(IntVector codes, int start, NameOrder order) {
    return new View(this, codes, start, order);
  }

  /**
   * Goes on towards the end of a vector, by {@code most} rows at most.
   *
   * @return what is known then; null if the first rows of the vector have been forgotten
   */
  private synchronized @Nullable Frame knowing(IntVector codes, int start, int most) {
    if (start - base < 0) {
      return null;
    }
    if (start - base >= DROPPED_AT_LEAST) {
      drop(start);
    }
    // Rows that were dropped before anyone asked for them are left out.
    int from = Math.max(end - start, 0);
    int to = from + Math.min(codes.length() - from, most);
    try {
      for (int row = from; row < to; ) {
        int step = Math.min(codes.run(row), to - row);
        add(codes.items(row), codes.place(row), step, start + row);
        row += step;
      }
    } catch (OutOfMemoryError e) {
      // Some rows are in it and some are not; whoever asks next begins anew.
      forgetAll();
      throw e;
    }
    if (to > from) {
      end = start + to;
      bytes = Integer.BYTES * ints + (long) BYTES_A_NAME * names;
    }
    Frame held = frame;
    if (held == null) {
      held = new Frame(rowsOf, names);
      frame = held;
    }
    return held;
  }

  private void forgetAll() {
    frame = null;
    rowsOf = new Rows[16];
    names = 0;
    end = base;
    ints = 0;
    bytes = 0;
  }

  /** Adds the rows from {@code number} on, whose codes these are. */
  private void add(int[] codes, int from, int count, int number) {
    // Local, because what a reader may see at once has the compiler read fields anew for each row.
    Rows[] known = rowsOf;
    for (int i = 0; i < count; i++) {
      int code = codes[from + i];
      if (code >= names) {
        begin(code + 1);
        known = rowsOf;
      }
      Rows rows = known[code];
      if (!rows.hasRoom()) {
        ints += rows.makeRoom(number + i);
      }
      rows.add(number + i);
    }
  }

  private void begin(int count) {
    frame = null;
    if (count > rowsOf.length) {
      rowsOf = Arrays.copyOf(rowsOf, Math.max(count, 2 * rowsOf.length));
    }
    for (; names < count; names++) {
      rowsOf[names] = new Rows();
    }
  }

  /** Forgets the rows before {@code start}. */
  private void drop(int start) {
    frame = null;
    base = start;
    Rows[] kept = rowsOf.clone();
    for (int code = 0; code < names; code++) {
      int dropped = kept[code].blocksBefore(base);
      if (dropped > 0) {
        ints -= kept[code].ints();
        kept[code] = kept[code].without(dropped);
        ints += kept[code].ints();
      }
    }
    rowsOf = kept;
  }

  /** What it takes, or took a moment ago. */
  long bytes() {
    return bytes;
  }

  /** The index of one vector, made when it is asked for. */
  static final class View implements SymbolIndex {
    private final GroupedIndex index;
    private final IntVector codes;
    private final int start;
    private final NameOrder order;
    private volatile @Nullable Frame frame;

    private View(GroupedIndex index, IntVector codes, int start, NameOrder order) {
      this.index = index;
      this.codes = codes;
      this.start = start;
      this.order = order;
    }

    /** Has the index know all rows of this vector, {@code most} at a time. */
    void catchUp(int most, Runnable between) {
      while (index.isBehind(start + codes.length())) {
        if (index.knowing(codes, start, most) == null) {
          return;
        }
        between.run();
      }
    }

    @Override
    public Positions of(int code) {
      Frame known = known();
      Rows rows = code < known.names ? known.rowsOf[code] : null;
      return rows == null ? NOWHERE : new Part(rows, start, codes.length());
    }

    @Override
    public int[] codesByName() {
      return order.codes();
    }

    @Override
    public void ends(int[] counts, int[] firsts, int[] lasts) {
      Frame known = known();
      int length = codes.length();
      for (int code = 0; code < counts.length; code++) {
        if (code >= known.names) {
          counts[code] = 0;
          continue;
        }
        Rows rows = known.rowsOf[code];
        int count = rows.countNow();
        int first = rows.oldest - start;
        int last = rows.newest - start;
        if (count > 0 && (first < 0 || last >= length)) {
          Part part = new Part(rows, start, length);
          count = part.count;
          first = part.first;
          last = part.last;
        }
        counts[code] = count;
        if (count > 0) {
          firsts[code] = first;
          lasts[code] = last;
        }
      }
    }

    private Frame known() {
      Frame known = frame;
      if (known == null) {
        known = frame();
        frame = known;
      }
      return known;
    }

    private Frame frame() {
      Frame known = index.knowing(codes, start, Integer.MAX_VALUE);
      if (known == null) {
        // Asked for so late that a newer vector's index has let go of the first rows: another one
        // for these alone.
        known = new GroupedIndex(start).knowing(codes, start, Integer.MAX_VALUE);
      }
      return Objects.requireNonNull(known);
    }
  }

  private synchronized boolean isBehind(int wanted) {
    return wanted - end > 0;
  }

  /** What is known at one moment, of whatever rows count. */
  private static final class Frame {
    private final Rows[] rowsOf;
    private final int names;

    private Frame(Rows[] rowsOf, int names) {
      this.rowsOf = rowsOf;
      this.names = names;
    }
  }

  private static final SymbolIndex.Positions NOWHERE =
      new SymbolIndex.Positions() {
        @Override
        public int count() {
          return 0;
        }

        @Override
        public int get(int k) {
          throw new IndexOutOfBoundsException(k);
        }
      };

  /** The rows of one name from one row to another. */
  private static final class Part implements SymbolIndex.Positions {
    private final int[][] blocks;
    private final int start;
    private final int from;
    private final int count;
    private final int first;
    private final int last;

    Part(Rows rows, int start, int length) {
      int all = rows.countNow();
      this.blocks = rows.blocks;
      this.start = start;
      int oldest = rows.oldest - start;
      // Read behind the count: a row that came meanwhile is seen here, and lies behind the end.
      int newest = rows.newest - start;
      if (all > 0 && oldest >= 0 && newest < length) {
        this.from = 0;
        this.count = all;
        this.first = oldest;
        this.last = newest;
        return;
      }
      this.from = below(all, 0);
      // What comes last is mostly all there is: the writer is seldom far ahead.
      int end = all;
      if (end > 0 && number(end - 1) >= length) {
        end = below(all, length);
      }
      this.count = end - from;
      this.first = count > 0 ? number(from) : 0;
      this.last = count > 0 ? number(end - 1) : 0;
    }

    private int number(int k) {
      return blocks[k >>> SHIFT][k & MASK] - start;
    }

    private int below(int all, int position) {
      if (all == 0 || number(0) >= position) {
        return 0;
      }
      int low = 1;
      int high = all;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (number(middle) < position) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    @Override
    public int count() {
      return count;
    }

    @Override
    public int get(int k) {
      return number(from + k);
    }

    @Override
    public int first() {
      return first;
    }

    @Override
    public int last() {
      return last;
    }

    @Override
    public void copyTo(int k, int[] target, int targetFrom, int wanted) {
      int at = from + k;
      int to = targetFrom;
      int left = wanted;
      while (left > 0) {
        int[] block = blocks[at >>> SHIFT];
        int inBlock = at & MASK;
        int step = Math.min(left, BLOCK - inBlock);
        for (int i = 0; i < step; i++) {
          target[to + i] = block[inBlock + i] - start;
        }
        at += step;
        to += step;
        left -= step;
      }
    }
  }
}
