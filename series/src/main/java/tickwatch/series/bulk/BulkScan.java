package tickwatch.series.bulk;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import tickwatch.series.DType;
import tickwatch.series.Progress;
import tickwatch.series.SeriesException;
import tickwatch.series.detect.Decomposition;
import tickwatch.series.detect.SeasonalEwma;
import tickwatch.series.detect.ZScore;

/**
 * Looks for anomalies in more numbers than memory holds.
 *
 * <p>Each column is judged by itself. What is flagged depends on the numbers and the detection
 * (and, for the z-score of chunks, on the chunk), not on the threads. A thread holds one mapped
 * window of 16 MB of the file, a chunk and what its detection needs beside it: with two threads
 * some 100 MB of resident memory in all, whatever the length of the file.
 */
public final class BulkScan {
  /**
   * Values in a chunk unless told otherwise: 128 kB of floats or 256 kB of doubles stay in a core's
   * own cache for the three passes of a z-score.
   */
  public static final int DEFAULT_CHUNK = 1 << 15;

  /** What {@code zscore --global} keeps in its run: 48 MB of candidates at most, all together. */
  private static final int MOST_CANDIDATES = 1 << 22;

  /** How far below the known deviation a candidate may be; three in a thousand are, of normals. */
  private static final double MARGIN = 0.03;

  /** Values, at least, that a thread takes at a time. */
  private static final int SPAN = 1 << 20;

  /**
   * How to scan.
   *
   * @param chunk values of a chunk; it is part of the meaning for {@code zscore}, and nothing but a
   *     buffer for the others
   * @param out where the results go; .npy for a mask, .csv for a list; null for the summary alone
   * @param bits whether a mask has a bit a value instead of a byte
   */
  public record Config(
      Detection detection, int chunk, int threads, @Nullable Path out, boolean bits) {
    public Config {
      if (threads < 1 || threads > 1024) {
        throw new SeriesException("threads: " + threads + " (expected: 1 to 1024)");
      }
      if (chunk < 1 || chunk > 1 << 26) {
        throw new SeriesException("chunk: " + chunk + " (expected: 1 to " + (1 << 26) + " values)");
      }
      if (bits && chunk % 8 != 0) {
        throw new SeriesException(
            "chunk: " + chunk + " (expected: a multiple of 8 for a mask of bits)");
      }
    }
  }

  /**
   * What a scan found.
   *
   * @param values numbers looked at, missing ones included
   * @param flagged how many were flagged
   * @param missing how many are NaN
   */
  public record Summary(long values, long bytes, long flagged, long missing, double seconds) {
    /** Values a second. */
    public double rate() {
      return values / seconds;
    }
  }

  private final Source source;
  private final Config config;
  private final Progress progress;
  private final boolean scalar;
  private final LongAdder flagged = new LongAdder();
  private final LongAdder missing = new LongAdder();

  public BulkScan(Source source, Config config, Progress progress) {
    this(source, config, progress, false);
  }

  /**
   * @param scalar whether to leave the vector unit aside, to measure what it is worth
   */
  BulkScan(Source source, Config config, Progress progress, boolean scalar) {
    this.source = source;
    this.config = config;
    this.progress = progress;
    this.scalar = scalar;
  }

  private ZScore judge(double threshold) {
    return scalar ? ZScore.scalar(threshold) : new ZScore(threshold);
  }

  /** Scans everything; once. */
  public Summary run() {
    long started = System.nanoTime();
    Path out = config.out();
    if (out == null) {
      scan(Findings.NONE);
    } else {
      try (ScanOutput output = ScanOutput.create(out, source, config.bits())) {
        scan(output);
        output.commit();
      }
    }
    long values = source.rows() * source.columns();
    return new Summary(
        values,
        values * source.dtype().bytes(),
        flagged.sum(),
        missing.sum(),
        (System.nanoTime() - started) / 1e9);
  }

  private void scan(Findings findings) {
    if (source.rows() == 0) {
      return;
    }
    Detection detection = config.detection();
    if (detection instanceof Detection.ZScore zscore) {
      byChunks(zscore.threshold(), findings);
    } else if (detection instanceof Detection.GlobalZScore zscore) {
      global(zscore.threshold(), findings);
    } else if (detection instanceof Detection.ExponentiallyWeighted ewma) {
      ewma(ewma, findings);
    } else if (detection instanceof Detection.Seasonal seasonal) {
      seasonal(seasonal.config(), findings);
    } else {
      throw new IllegalStateException(detection.getClass().getName());
    }
  }

  /** Work cut into spans of whole chunks, column after column. */
  private final class Spans {
    private final long spanRows;
    private final long perColumn;

    Spans(long step) {
      spanRows = step * Math.max(1, SPAN / step);
      perColumn = (source.rows() + spanRows - 1) / spanRows;
    }

    long count() {
      return perColumn * source.columns();
    }

    int column(long unit) {
      return (int) (unit / perColumn);
    }

    long from(long unit) {
      return unit % perColumn * spanRows;
    }

    long to(long unit) {
      return Math.min(source.rows(), from(unit) + spanRows);
    }
  }

  /** What one thread found in a span, kept until its turn where the output wants order. */
  private static final class Collector {
    private final Findings findings;
    private final boolean wanted;
    private final boolean inOrder;
    private final List<Findings.Stretch> waiting = new ArrayList<>();
    private double[] values = new double[0];
    private double[] scores = new double[0];

    Collector(Findings findings) {
      this.findings = findings;
      this.wanted = findings != Findings.NONE;
      this.inOrder = findings.inOrder();
    }

    boolean isWanted() {
      return wanted;
    }

    double[] values(int found) {
      if (values.length < found) {
        values = new double[found];
      }
      return values;
    }

    double[] scores(int found) {
      if (scores.length < found) {
        scores = new double[found];
      }
      return scores;
    }

    void add(
        int column,
        long from,
        int length,
        int[] places,
        double[] values,
        double[] scores,
        int found) {
      if (inOrder) {
        waiting.add(
            new Findings.Stretch(
                column,
                from,
                length,
                Arrays.copyOf(places, found),
                Arrays.copyOf(values, found),
                Arrays.copyOf(scores, found),
                found));
      } else {
        findings.take(new Findings.Stretch(column, from, length, places, values, scores, found));
      }
    }

    void flush(long unit, Crew.@Nullable Order order) {
      if (order != null) {
        order.inTurn(unit, () -> waiting.forEach(findings::take));
      }
      waiting.clear();
    }
  }

  private static Crew.@Nullable Order order(Findings findings) {
    return findings.inOrder() ? new Crew.Order() : null;
  }

  private void byChunks(double threshold, Findings findings) {
    Spans spans = new Spans(config.chunk());
    ProgressMeter meter = new ProgressMeter(progress, source.rows() * source.columns());
    Crew.Order order = order(findings);
    int size = (int) Math.min(config.chunk(), source.rows());
    boolean floats = source.dtype() == DType.F4;
    Crew.run(
        config.threads(),
        spans.count(),
        number -> {
          Source.Cursor cursor = source.cursor();
          ZScore zscore = judge(threshold);
          Collector collector = new Collector(findings);
          return new Crew.Member() {
            private float[] f = new float[0];
            private double[] d = new double[0];

            @Override
            public void work(long unit) {
              int column = spans.column(unit);
              long to = spans.to(unit);
              for (long from = spans.from(unit); from < to; from += size) {
                int n = (int) Math.min(size, to - from);
                if (floats) {
                  floats(column, from, n);
                } else {
                  doubles(column, from, n);
                }
              }
              collector.flush(unit, order);
              meter.add(to - spans.from(unit));
            }

            private void floats(int column, long from, int n) {
              if (!cursor.lendFloats(
                  column, from, n, x -> take(column, from, n, zscore.judge(x, n)))) {
                f = f.length == 0 ? new float[size] : f;
                cursor.read(column, from, f, n);
                take(column, from, n, zscore.judge(f, n));
              }
            }

            private void doubles(int column, long from, int n) {
              if (!cursor.lendDoubles(
                  column, from, n, x -> take(column, from, n, zscore.judge(x, n)))) {
                d = d.length == 0 ? new double[size] : d;
                cursor.read(column, from, d, n);
                take(column, from, n, zscore.judge(d, n));
              }
            }

            private void take(int column, long from, int n, int found) {
              flagged.add(found);
              missing.add(zscore.missing());
              if (collector.isWanted()) {
                double[] scores = collector.scores(found);
                for (int i = 0; i < found && findings.wantsScores(); i++) {
                  scores[i] = zscore.score(zscore.values()[i]);
                }
                collector.add(column, from, n, zscore.places(), zscore.values(), scores, found);
              }
            }

            @Override
            public void close() {
              cursor.close();
            }
          };
        },
        order);
  }

  /**
   * One run over the numbers gives mean and deviation and keeps the candidates: values that the
   * moments of the spans before would nearly flag. When all is known, those that are flagged are
   * among them, unless the moments moved by more than {@link #MARGIN} or there were too many
   * candidates to keep; such a span is read once more. The answer is that of two runs.
   */
  private void global(double threshold, Findings findings) {
    Spans spans = new Spans(DEFAULT_CHUNK);
    int size = (int) Math.min(DEFAULT_CHUNK, source.rows());
    ProgressMeter meter = new ProgressMeter(progress, source.rows() * source.columns());
    Moments[] moments = new Moments[source.columns()];
    AtomicReferenceArray<@Nullable Centre> known = new AtomicReferenceArray<>(moments.length);
    Arrays.setAll(moments, c -> new Moments());
    @Nullable Candidates[] kept = new Candidates[Math.toIntExact(spans.count())];
    AtomicLong room = new AtomicLong(MOST_CANDIDATES);
    Crew.Order merging = new Crew.Order();
    Crew.run(
        config.threads(),
        spans.count(),
        number -> {
          Source.Cursor cursor = source.cursor();
          ZScore zscore = judge(threshold);
          double[] x = new double[size];
          return new Crew.Member() {
            @Override
            public void work(long unit) {
              int column = spans.column(unit);
              long to = spans.to(unit);
              Moments part = new Moments();
              Candidates candidates = null;
              for (long from = spans.from(unit); from < to; from += size) {
                int n = (int) Math.min(size, to - from);
                cursor.read(column, from, x, n);
                zscore.measure(x, n);
                part.add(zscore);
                missing.add(zscore.missing());
                if (candidates == null) {
                  Centre before = known.get(column);
                  candidates = new Candidates(before == null ? Centre.of(zscore) : before);
                }
                candidates.add(zscore, x, n, (int) (from - spans.from(unit)));
              }
              if (candidates != null && room.addAndGet(-candidates.count) >= 0) {
                kept[(int) unit] = candidates;
              }
              merging.inTurn(
                  unit,
                  () -> {
                    moments[column].add(part);
                    known.set(column, new Centre(moments[column].mean(), moments[column].std()));
                  });
              meter.add(to - spans.from(unit));
            }

            @Override
            public void close() {
              cursor.close();
            }
          };
        },
        merging);
    Crew.Order order = order(findings);
    Crew.run(
        config.threads(),
        spans.count(),
        number -> {
          Source.Cursor cursor = source.cursor();
          ZScore zscore = judge(threshold);
          Collector collector = new Collector(findings);
          double[] x = new double[size];
          return new Crew.Member() {
            @Override
            public void work(long unit) {
              int column = spans.column(unit);
              long start = spans.from(unit);
              long to = spans.to(unit);
              Centre whole = new Centre(moments[column].mean(), moments[column].std());
              double limit = zscore.limit(whole.std());
              Candidates candidates = kept[(int) unit];
              if (candidates != null && candidates.cover(whole.mean(), limit)) {
                candidates.settle(whole.mean(), limit);
                take(column, start, (int) (to - start), candidates, whole);
              } else {
                for (long from = start; from < to; from += size) {
                  int n = (int) Math.min(size, to - from);
                  cursor.read(column, from, x, n);
                  Candidates found = new Candidates(whole);
                  found.add(zscore, x, n, 0);
                  found.settle(whole.mean(), limit);
                  take(column, from, n, found, whole);
                }
                meter.add(to - start);
              }
              collector.flush(unit, order);
            }

            private void take(int column, long from, int n, Candidates found, Centre whole) {
              flagged.add(found.count);
              if (collector.isWanted()) {
                double[] scores = collector.scores(found.count);
                for (int i = 0; i < found.count; i++) {
                  scores[i] = (found.values[i] - whole.mean()) / whole.std();
                }
                collector.add(column, from, n, found.places, found.values, scores, found.count);
              }
            }

            @Override
            public void close() {
              cursor.close();
            }
          };
        },
        order);
  }

  /** A mean and a deviation. */
  private record Centre(double mean, double std) {
    static Centre of(ZScore measured) {
      return new Centre(measured.mean(), measured.std());
    }
  }

  /** Values of a span that are flagged, or may be, with their places in it. */
  private static final class Candidates {
    private final Centre centre;
    private double distance;
    private int[] places = new int[64];
    private double[] values = new double[64];
    private int count;

    /** Keeps what is nearly far enough from a centre. */
    Candidates(Centre centre) {
      this.centre = centre;
    }

    /**
     * Adds those of a chunk.
     *
     * @param offset the chunk's place in the span
     */
    void add(ZScore zscore, double[] x, int n, int offset) {
      double std = centre.std() * (1 - MARGIN);
      distance = zscore.limit(std);
      int more = zscore.judge(x, n, centre.mean(), std);
      if (count + more > places.length) {
        int length = Math.max(2 * places.length, count + more);
        places = Arrays.copyOf(places, length);
        values = Arrays.copyOf(values, length);
      }
      for (int i = 0; i < more; i++) {
        int place = zscore.places()[i];
        places[count] = offset + place;
        values[count++] = zscore.values()[i];
      }
    }

    /** Whether whatever is at least a limit away from a mean is among them. */
    boolean cover(double mean, double limit) {
      // Far more than rounding moves either border.
      double slack = 1e-12 * (Math.abs(mean) + Math.abs(centre.mean()) + distance);
      return mean - limit <= centre.mean() - distance - slack
          && mean + limit >= centre.mean() + distance + slack;
    }

    /** Leaves those that are at least a limit away from a mean. */
    void settle(double mean, double limit) {
      int left = 0;
      for (int i = 0; i < count; i++) {
        if (Math.abs(values[i] - mean) >= limit) {
          places[left] = places[i];
          values[left++] = values[i];
        }
      }
      count = left;
    }
  }

  /** A column is one chain: row spans in order, in each of them the columns side by side. */
  private void ewma(Detection.ExponentiallyWeighted ewma, Findings findings) {
    int columns = source.columns();
    SeasonalEwma[] state = new SeasonalEwma[columns];
    ProgressMeter meter = new ProgressMeter(progress, source.rows() * columns);
    int crew = Math.min(config.threads(), columns);
    Source.Cursor[] cursors = new Source.Cursor[crew];
    Collector[] collectors = new Collector[crew];
    int size = (int) Math.min(DEFAULT_CHUNK, source.rows());
    double[][] x = new double[crew][size];
    double[][] scores = new double[crew][size];
    int[][] places = new int[crew][size];
    for (int i = 0; i < crew; i++) {
      cursors[i] = source.cursor();
      collectors[i] = new Collector(findings);
    }
    try {
      double[] first = new double[(int) Math.min(ewma.learn(), source.rows())];
      for (int c = 0; c < columns; c++) {
        if (ewma.period() != 1) {
          cursors[0].read(c, 0, first, first.length);
        }
        state[c] = ewma.stream(first);
      }
      for (long start = 0; start < source.rows(); start += SPAN) {
        long from = start;
        long to = Math.min(source.rows(), start + SPAN);
        Crew.Order order = order(findings);
        Crew.run(
            crew,
            columns,
            number ->
                unit -> {
                  int column = (int) unit;
                  Collector collector = collectors[number];
                  for (long at = from; at < to; at += size) {
                    int n = (int) Math.min(size, to - at);
                    cursors[number].read(column, at, x[number], n);
                    long before = state[column].seen();
                    int found = state[column].accept(x[number], n, places[number], scores[number]);
                    long learnt = state[column].seen() - before;
                    flagged.add(found);
                    if (learnt < n) {
                      missing.add(countMissing(x[number], n));
                    }
                    if (collector.isWanted()) {
                      double[] values = collector.values(found);
                      for (int i = 0; i < found; i++) {
                        values[i] = x[number][places[number][i]];
                      }
                      collector.add(column, at, n, places[number], values, scores[number], found);
                    }
                  }
                  collector.flush(unit, order);
                  meter.add(to - from);
                },
            order);
      }
    } finally {
      for (Source.Cursor cursor : cursors) {
        cursor.close();
      }
    }
  }

  private static int countMissing(double[] x, int count) {
    int missing = 0;
    for (int i = 0; i < count; i++) {
      missing += Double.isNaN(x[i]) ? 1 : 0;
    }
    return missing;
  }

  private void seasonal(Decomposition.Config detector, Findings findings) {
    Decomposition decomposition = new Decomposition(detector, source.rows());
    long blocks = decomposition.blocks();
    int runs = decomposition.rounds() + 1;
    ProgressMeter meter = new ProgressMeter(progress, runs * source.rows() * source.columns());
    // Totals of a group of blocks are added in order, so that the sums do not depend on the
    // threads.
    long group = Math.max(1, SPAN / decomposition.block());
    long groups = (blocks + group - 1) / group;
    for (int c = 0; c < source.columns(); c++) {
      int column = c;
      Decomposition.Fit fit = decomposition.newFit();
      while (!fit.isReady()) {
        Decomposition.Totals whole = decomposition.totals();
        Crew.Order merging = new Crew.Order();
        Crew.run(
            config.threads(),
            groups,
            number ->
                new SeasonalMember(decomposition, column) {
                  @Override
                  public void work(long unit) {
                    Decomposition.Totals part = decomposition.totals();
                    for (long b = unit * group; b < Math.min(blocks, (unit + 1) * group); b++) {
                      worker.explain(b, fit, part);
                    }
                    merging.inTurn(unit, () -> whole.add(part));
                    meter.add(rowsOf(decomposition, unit, group));
                  }
                },
            merging);
        fit.add(whole);
      }
      Crew.Order order = order(findings);
      Crew.run(
          config.threads(),
          groups,
          number ->
              new SeasonalMember(decomposition, column) {
                private final Collector collector = new Collector(findings);

                @Override
                public void work(long unit) {
                  for (long b = unit * group; b < Math.min(blocks, (unit + 1) * group); b++) {
                    int found = worker.judge(b, fit);
                    flagged.add(found);
                    missing.add(worker.missing());
                    if (collector.isWanted()) {
                      double[] values = collector.values(found);
                      double[] scores = collector.scores(found);
                      for (int i = 0; i < found; i++) {
                        int place = worker.places()[i];
                        values[i] = worker.value(b, place);
                        scores[i] = (worker.residuals()[place] - fit.centre()) / fit.deviation();
                      }
                      collector.add(
                          column,
                          b * decomposition.block(),
                          (int) rowsOf(decomposition, b, 1),
                          worker.places(),
                          values,
                          scores,
                          found);
                    }
                  }
                  collector.flush(unit, order);
                  meter.add(rowsOf(decomposition, unit, group));
                }
              },
          order);
    }
  }

  private long rowsOf(Decomposition decomposition, long unit, long group) {
    long from = unit * group * decomposition.block();
    return Math.min(source.rows() - from, group * decomposition.block());
  }

  private abstract class SeasonalMember implements Crew.Member {
    private final Source.Cursor cursor = source.cursor();
    final Decomposition.Worker worker;

    SeasonalMember(Decomposition decomposition, int column) {
      worker = decomposition.worker((from, out, count) -> cursor.read(column, from, out, count));
    }

    @Override
    public void close() {
      cursor.close();
    }
  }
}
