package tickwatch.systemtests;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.kx.c;
import java.io.IOException;
import java.nio.DoubleBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Drill: a detector whose network and whose ensemble learn again is killed, and publishes what one
 * that nobody kills does.
 *
 * <p>Two detectors judge the same rows, each in a table of its own. One is killed at random moments
 * before a training begins, between its beginning and the row at which it takes effect, and after
 * that. As a test it goes once through the trainings of both; {@code scripts/drill.sh} goes on for
 * as long as it is asked to.
 */
class RefitDrillTest {
  private static final Duration LASTS =
      Duration.ofSeconds(60 * Long.getLong("tickwatch.drill.minutes", 0));
  private static final long SEED = Long.getLong("tickwatch.drill.seed", 1);
  private static final int ROUNDS = Integer.getInteger("tickwatch.drill.rounds", 0);
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final int WINDOW = 8;

  /** Rows that the ensemble learns from, from one training to the next, and until it is taken. */
  private static final int LEARNT = 300;

  private static final int EVERY = 1000;
  private static final int DELAY = 300;

  /** Rows behind a training of the network at which the ensemble's begins: when that is decided. */
  private static final int LATER = LEARNT;

  private static final int ROWS_A_MESSAGE = 20;
  private static final int ROWS_TRAINED = 900;

  /** Of a channel's last value in the rows that are learnt from first. */
  private static final double KEPT_AT_FIRST = 0.9;

  /** Rows in which that changes. */
  private static final double CHANGES_WITHIN = 600;

  /** Forecasts of other batches differ in their last bits. */
  private static final double ROUNDING = 1e-3;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path directory;

  private final Random random = new Random(SEED);
  private final long startedAt = System.nanoTime();

  private boolean goesOn(int kills) {
    return ROUNDS == 0
        ? System.nanoTime() - startedAt < LASTS.toNanos()
        : kills < Math.max(1, ROUNDS);
  }

  @Test
  void refit() throws Exception {
    try (TickSystem system = new TickSystem(directory)) {
      Path model = trained(system);
      system.tickerplant(schema());
      system.rdb();
      for (String table : List.of("killed", "spared")) {
        system.startDetector(
            table,
            model,
            table,
            "--train",
            String.valueOf(LEARNT),
            "--refit",
            String.valueOf(EVERY),
            "--refit-delay",
            String.valueOf(DELAY));
      }
      system.awaitReady("killed");
      system.awaitReady("spared");
      try (Rows rows = new Rows(system.port("tickerplant"))) {
        int kills = kill(system, rows);
        Verdicts spared = Verdicts.of(system, "spared", rows.sent);
        Verdicts killed = Verdicts.of(system, "killed", rows.sent);
        System.out.printf(
            Locale.ROOT,
            "drill refit     kills=%d rows=%d scores=%d (differing by %.1e at most) anomalies=%d"
                + " generations=%d taken=%d seed=%d%n",
            kills,
            rows.sent,
            killed.scores.remaining(),
            killed.furthestFrom(spared),
            killed.anomalies.size(),
            killed.generations.size(),
            taken(system, "network trained further") + taken(system, "learnt again"),
            SEED);
        assertThat(spared.anomalies).isNotEmpty();
        assertThat(killed.seqs).isEqualTo(spared.seqs);
        assertThat(killed.flags).isEqualTo(spared.flags);
        assertThat(killed.anomalies).isEqualTo(spared.anomalies);
        assertThat(killed.furthestFrom(spared)).isLessThan(ROUNDING);
        assertThat(killed.generations).isEqualTo(spared.generations);
        assertThat(taken(system, "network trained further")).isPositive();
        assertThat(taken(system, "learnt again")).isPositive();
      }
    }
  }

  /** A network that knows the plant as it is at first. */
  private Path trained(TickSystem system) throws IOException {
    StringBuilder csv = new StringBuilder("time,temperature,pressure,power\n");
    Plant plant = new Plant(SEED + 1);
    for (int row = 0; row < ROWS_TRAINED; row++) {
      plant.next(KEPT_AT_FIRST, 0);
      csv.append(plant.time(row));
      for (double value : plant.values) {
        csv.append(',').append(value);
      }
      csv.append('\n');
    }
    Path file = Files.writeString(directory.resolve("boiler.csv"), csv);
    Path model = directory.resolve("model");
    system.output(
        "train",
        "--csv",
        file.toString(),
        "--out",
        model.toString(),
        "--no-ensemble",
        "--model",
        "dlinear",
        "--window",
        String.valueOf(WINDOW),
        "--learning-rate",
        "0.005",
        "--batch",
        "64");
    return model;
  }

  /** Trainings that the detector that nobody kills has made, and judged by. */
  private static long taken(TickSystem system, String what) {
    return system
        .outputOf("spared")
        .lines()
        .filter(line -> line.contains(what) && line.contains("taken=true"))
        .count();
  }

  /** Kills again and again, and sends rows to the end of a training; how often. */
  private int kill(TickSystem system, Rows rows) throws Exception {
    kill(system, rows, WINDOW + LEARNT, EVERY);
    int kills = 1;
    int training = EVERY;
    while (true) {
      kill(system, rows, training, training + DELAY);
      // The network's has taken effect, the ensemble's has not.
      kill(system, rows, training + LATER, training + LATER + DELAY);
      kills += 2;
      if (!goesOn(kills)) {
        rows.send(training + EVERY);
        return kills;
      }
      kill(system, rows, training + LATER + DELAY, training + EVERY);
      kills++;
      training += EVERY;
    }
  }

  /** Kills when the row {@code from} is judged and one before {@code to} is the last. */
  private void kill(TickSystem system, Rows rows, int from, int to) throws Exception {
    rows.send(from + random.nextInt(to - from));
    await("row " + from + " is judged")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> judged(system, "killed") >= Math.min(from + 1, rows.sent) - WINDOW);
    // A drill's moments are random; nothing is waited for here.
    Thread.sleep(random.nextInt(500));
    system.kill("killed");
    system.restart("killed");
  }

  private static long judged(TickSystem system, String table) {
    return ((Number) system.ask("rdb", "exec count i from score where source=`" + table))
        .longValue();
  }

  private Path schema() throws IOException {
    return Files.writeString(
        directory.resolve("plant.q"),
        """
        killed:([]time:`timestamp$();sym:`symbol$();temperature:`float$();pressure:`float$();power:`float$())
        spared:([]time:`timestamp$();sym:`symbol$();temperature:`float$();pressure:`float$();power:`float$())
        """);
  }

  /** Three channels, of each of whose last values a share is left in the next one. */
  private static final class Plant {
    private static final double[] MEANS = {50, 300, 60};
    private static final double[] DEVIATIONS = {1, 3, 0.1};
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

    private final Random random;
    private final double[] state = new double[MEANS.length];

    /** Of the row made last. */
    private final double[] values = new double[MEANS.length];

    Plant(long seed) {
      random = new Random(seed);
    }

    /**
     * Makes the next row.
     *
     * @param off of the first channel, in deviations
     */
    void next(double kept, double off) {
      for (int c = 0; c < MEANS.length; c++) {
        state[c] = kept * state[c] + random.nextGaussian();
        values[c] = MEANS[c] + DEVIATIONS[c] * (state[c] + (c == 0 ? off : 0));
      }
    }

    Instant time(int row) {
      return START.plusSeconds(60L * row);
    }
  }

  /** Rows of a plant, published to both tables. */
  private static final class Rows implements AutoCloseable {
    private static final int SPIKE_EVERY = 250;
    private static final int SPIKE_AT = 120;
    private static final double SPIKE = 15;

    private final c connection;
    private final Plant plant = new Plant(SEED);
    private int sent;

    Rows(int tickerplant) throws IOException {
      try {
        connection = new c("localhost", tickerplant);
      } catch (c.KException e) {
        throw new IOException(e);
      }
    }

    /** Publishes all rows before a row. */
    void send(int to) throws IOException {
      while (sent < to) {
        int count = Math.min(ROWS_A_MESSAGE, to - sent);
        Instant[] times = new Instant[count];
        String[] syms = new String[count];
        double[][] values = new double[plant.values.length][count];
        for (int i = 0; i < count; i++, sent++) {
          plant.next(kept(sent), isSpike(sent) ? SPIKE : 0);
          times[i] = plant.time(sent);
          syms[i] = "boiler";
          for (int channel = 0; channel < values.length; channel++) {
            values[channel][i] = plant.values[channel];
          }
        }
        Object[] columns = {times, syms, values[0], values[1], values[2]};
        try {
          connection.k(".u.upd", "killed", columns);
          connection.k(".u.upd", "spared", columns);
        } catch (c.KException e) {
          throw new IOException(e);
        }
      }
    }

    private static boolean isSpike(int row) {
      return row > LEARNT && row % SPIKE_EVERY == SPIKE_AT;
    }

    /** As at first, soon nothing, and some thousand rows later as at first again. */
    private static double kept(int row) {
      int halfPeriod = 3 * EVERY;
      int since = Math.max(0, row - LEARNT) % (2 * halfPeriod);
      double share = Math.min(1, since % halfPeriod / CHANGES_WITHIN);
      return KEPT_AT_FIRST * (since < halfPeriod ? 1 - share : share);
    }

    @Override
    public void close() throws IOException {
      connection.close();
    }
  }

  /** What a detector has published and kept. */
  private record Verdicts(
      List<Long> seqs,
      List<Boolean> flags,
      DoubleBuffer scores,
      List<String> anomalies,
      List<String> generations) {

    static Verdicts of(TickSystem system, String table, int rows) throws IOException {
      await("the last row of " + table + " is judged")
          .atMost(PATIENCE)
          .until(() -> judged(system, table) >= rows - WINDOW);
      c.Flip scores =
          (c.Flip) system.ask("rdb", "select seq,flag,score from score where source=`" + table);
      c.Flip anomalies =
          (c.Flip)
              system.ask(
                  "rdb", "select id,state,kind,channel,grade from anomaly where source=`" + table);
      List<Long> seqs = new ArrayList<>();
      List<Boolean> flags = new ArrayList<>();
      for (int i = 0; i < ((long[]) scores.at("seq")).length; i++) {
        seqs.add(((long[]) scores.at("seq"))[i]);
        flags.add(((boolean[]) scores.at("flag"))[i]);
      }
      return new Verdicts(
          seqs,
          flags,
          DoubleBuffer.wrap((double[]) scores.at("score")),
          lines(table, anomalies),
          generations(table, system.directory().resolve(table).resolve("state/models")));
    }

    private static List<String> lines(String table, c.Flip anomalies) {
      String[] ids = (String[]) anomalies.at("id");
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < ids.length; i++) {
        lines.add(
            String.format(
                Locale.ROOT,
                "%s %s %s %s %.3f",
                ids[i].substring(table.length()),
                ((String[]) anomalies.at("state"))[i],
                ((String[]) anomalies.at("kind"))[i],
                ((String[]) anomalies.at("channel"))[i],
                ((double[]) anomalies.at("grade"))[i]));
      }
      return lines;
    }

    /** Their names, without the table's, and what is in them, but for what is rounding. */
    private static List<String> generations(String table, Path models) throws IOException {
      try (Stream<Path> folders = Files.list(models)) {
        List<String> all = new ArrayList<>();
        for (Path folder : folders.sorted().toList()) {
          try (Stream<Path> files = Files.list(folder)) {
            String name = folder.getFileName().toString();
            assertThat(name).startsWith(table + ".");
            all.add(
                name.substring(table.length())
                    + files
                        .map(file -> " " + file.getFileName() + bytes(file))
                        .sorted()
                        .collect(joining()));
          }
        }
        return all;
      }
    }

    private static String bytes(Path file) {
      try {
        return file.toString().endsWith(".pt")
            ? " " + Arrays.hashCode(Files.readAllBytes(file))
            : "";
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    double furthestFrom(Verdicts other) {
      double furthest = 0;
      for (int i = 0; i < Math.min(scores.remaining(), other.scores.remaining()); i++) {
        furthest = Math.max(furthest, Math.abs(scores.get(i) - other.scores.get(i)));
      }
      return furthest;
    }
  }
}
