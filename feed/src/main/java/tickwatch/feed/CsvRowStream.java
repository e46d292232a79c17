package tickwatch.feed;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Null;

/**
 * The rows of all files in the order in which they are sent: by time, of equal times the earlier
 * file's first, within a file as they stand. The same files always give the same order.
 *
 * <p><b>Position.</b> A row's position is the number of source rows (good or bad, chosen or not) of
 * all files that have been passed with it. It says where to go on after a restart, also when a bad
 * line has been mended in between.
 *
 * <p><b>Passes.</b> With {@code loop} the files start again at their end. Pass n is later than the
 * first by n periods; a period is the time from the earliest to the latest row and one step, the
 * least time by which a row of a file follows another.
 */
final class CsvRowStream implements RowStream {
  private static final long ONE_SECOND = 1_000_000_000L;

  /** Bad lines are held back until the good line behind them is taken, but no more than this. */
  private static final int HELD_BACK = 1000;

  private final List<Source> sources = new ArrayList<>();
  private final PriorityQueue<Source> heads = new PriorityQueue<>();
  private final CsvOptions options;
  private final TableColumns table;
  private final boolean timeNeeded;
  private final boolean loop;
  private final long limit;
  private final BadLines badLines;

  /** The source whose row was taken last; it is read on when the next row is wanted. */
  private @Nullable Source taken;

  private boolean started;
  private boolean skipping;
  private long pass;
  private long passRows;
  private long passGoodRows;
  private long periodNanos;
  private long passed;
  private long rows;
  private long earliest = Long.MAX_VALUE;
  private long latest = Long.MIN_VALUE;
  private long step = Long.MAX_VALUE;

  /**
   * Opens the files.
   *
   * @param timeNeeded whether a row must have a time; without one its row number orders it
   * @param loop whether to start again at the end, without end
   * @param limit rows after which the stream ends; 0 for none
   * @throws FeedException when a file cannot be read or lacks a column of the table
   */
  CsvRowStream(
      CsvOptions options,
      TableColumns table,
      boolean timeNeeded,
      boolean loop,
      long limit,
      BadLines badLines) {
    this.options = options;
    this.table = table;
    this.timeNeeded = timeNeeded;
    this.loop = loop;
    this.limit = limit;
    this.badLines = badLines;
    open();
  }

  private void open() {
    started = false;
    try {
      for (Path path : options.files()) {
        sources.add(source(CsvFile.open(path)));
      }
    } catch (FeedException e) {
      close();
      throw e;
    }
  }

  private Source source(CsvFile file) {
    try {
      return new Source(sources.size(), file);
    } catch (FeedException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public void eachLeftOut(Consumer<String> sentence) {
    for (Source source : sources) {
      if (!source.mapping.leftOut().isEmpty()) {
        sentence.accept(
            source.file.path() + ": left out " + String.join(", ", source.mapping.leftOut()));
      }
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws FeedException when a file breaks off, or at a bad line where the replay is strict
   */
  @Override
  public boolean next() {
    if (limit > 0 && rows >= limit) {
      return false;
    }
    Source head = head();
    if (head == null) {
      return false;
    }
    take(head);
    return true;
  }

  /** {@inheritDoc} Bad lines before them have been reported before, too. */
  @Override
  public long skipTo(long position) {
    skipping = true;
    while (position > 0 && (limit == 0 || rows < limit)) {
      Source head = head();
      if (head == null) {
        break;
      }
      long wantedPass = pass > 0 ? (position - 1) / passRows : 0;
      if (wantedPass > pass) {
        rows += passGoodRows * (wantedPass - pass);
        startPass(wantedPass);
      } else if (position(head) > position) {
        break;
      } else {
        take(head);
      }
    }
    skipping = false;
    return rows;
  }

  /** The source that has the next row; null at the end. */
  private @Nullable Source head() {
    while (true) {
      if (!started) {
        started = true;
        sources.forEach(this::read);
      }
      if (taken != null) {
        Source source = taken;
        taken = null;
        read(source);
      }
      Source head = heads.peek();
      if (head != null) {
        return head;
      }
      if (pass == 0) {
        passRows = sources.stream().mapToLong(source -> source.file.rowCount()).sum();
        passGoodRows = rows;
        periodNanos = latest - earliest + (step == Long.MAX_VALUE ? ONE_SECOND : step);
      }
      if (!loop || passGoodRows == 0) {
        return null;
      }
      startPass(pass + 1);
    }
  }

  private void read(Source source) {
    if (source.read()) {
      heads.add(source);
    }
  }

  private void take(Source head) {
    heads.poll();
    head.reportBadLines();
    passed += head.file.rowCount() - head.passed;
    head.passed = head.file.rowCount();
    if (pass == 0) {
      long time = head.row.time;
      earliest = Math.min(earliest, time);
      latest = Math.max(latest, time);
      if (head.lastTime != Null.LONG && time > head.lastTime) {
        step = Math.min(step, time - head.lastTime);
      }
      head.lastTime = time;
    }
    rows++;
    taken = head;
  }

  private long position(Source head) {
    return pass * passRows + passed + head.file.rowCount() - head.passed;
  }

  private void startPass(long number) {
    close();
    pass = number;
    passed = 0;
    taken = null;
    open();
  }

  @Override
  public Row row() {
    return current().row;
  }

  /** {@inheritDoc} It is later with each pass. */
  @Override
  public long time() {
    return current().row.time + pass * periodNanos;
  }

  @Override
  public long position() {
    return pass * passRows + passed;
  }

  private Source current() {
    if (taken == null) {
      throw new IllegalStateException("there is no row before next() or after the end");
    }
    return taken;
  }

  /** Rows passed over and taken. */
  long rows() {
    return rows;
  }

  @Override
  public void checkNotBarren() {
    if (loop && pass == 0 && passRows > 0 && passGoodRows == 0) {
      throw FeedException.precondition(
          "none of the rows of " + options.files() + " can be sent, so there is nothing to loop");
    }
  }

  @Override
  public long bytesRead() {
    return sources.stream().mapToLong(source -> source.file.bytesRead()).sum();
  }

  @Override
  public long byteLength() {
    return sources.stream().mapToLong(source -> source.file.byteLength()).sum();
  }

  @Override
  public void close() {
    sources.forEach(source -> source.file.close());
    sources.clear();
    heads.clear();
  }

  /** A file and the row it is at. */
  private final class Source implements Comparable<Source> {
    private final int number;
    private final CsvFile file;
    private final TableColumns.Mapping mapping;
    private final Row row;
    private final String fixedSym;
    private final List<Runnable> heldBack = new ArrayList<>();
    private long passed;
    private long lastTime = Null.LONG;

    Source(int number, CsvFile file) {
      this.number = number;
      this.file = file;
      this.row = new Row(table.count(), file.decimal());
      this.mapping = table.map(file.path(), file.header(), options, timeNeeded);
      String constant = options.sym().constant();
      this.fixedSym = constant != null ? constant : CsvOptions.stem(file.path());
      file.readWith(readers());
    }

    private CsvFile.@Nullable FieldReader[] readers() {
      CsvFile.@Nullable FieldReader[] readers = new CsvFile.FieldReader[file.header().size()];
      add(
          readers,
          mapping.time(),
          (text, from, length) -> row.time = FieldText.time(text, from, length));
      add(
          readers,
          mapping.sym(),
          (text, from, length) -> row.sym = FieldText.sameOr(row.sym, text, from, length));
      CsvOptions.Only only = options.only();
      if (only != null) {
        add(
            readers,
            mapping.only(),
            (text, from, length) ->
                row.chosen =
                    only.value().contentEquals(FieldText.sameOr(only.value(), text, from, length)));
      }
      for (int i = TableColumns.SYM + 1; i < table.count(); i++) {
        int column = i;
        ColumnKind kind = table.kind(column);
        add(
            readers,
            mapping.columns().get(column),
            (text, from, length) -> kind.read(text, from, length, row, column));
      }
      return readers;
    }

    /** One column of a file may serve several purposes. */
    private static void add(
        CsvFile.@Nullable FieldReader[] readers, int at, CsvFile.FieldReader wanted) {
      if (at < 0) {
        return;
      }
      CsvFile.FieldReader before = readers[at];
      readers[at] =
          before == null
              ? wanted
              : (text, from, length) -> {
                before.read(text, from, length);
                wanted.read(text, from, length);
              };
    }

    /** Reads up to the next good, chosen row; false at the file's end. */
    boolean read() {
      row.chosen = true;
      while (file.next()) {
        String error = file.error();
        if (error == null && mapping.sym() >= 0 && row.sym.isEmpty()) {
          error = "its sym is empty";
        }
        if (row.chosen && error == null) {
          if (mapping.sym() < 0) {
            row.sym = fixedSym;
          }
          if (mapping.time() < 0) {
            row.time = file.rowCount();
          }
          return true;
        }
        if (row.chosen && error != null) {
          holdBack(file.lineNumber(), error);
        }
        row.chosen = true;
      }
      reportBadLines();
      return false;
    }

    private void holdBack(long line, String error) {
      heldBack.add(() -> badLines.add(file.path(), line, error, !skipping));
      if (heldBack.size() >= HELD_BACK) {
        reportBadLines();
      }
    }

    private void reportBadLines() {
      if (!heldBack.isEmpty()) {
        List<Runnable> all = List.copyOf(heldBack);
        heldBack.clear();
        all.forEach(Runnable::run);
      }
    }

    @Override
    public int compareTo(Source other) {
      int byTime = Long.compare(row.time, other.row.time);
      return byTime != 0 ? byTime : Integer.compare(number, other.number);
    }
  }
}
