package tickwatch.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.kx.c;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Drills: whatever happens to the processes, their log or their network, every row is in the rdb
 * once, in order.
 *
 * <p>A feed replays numbered rows under load while something breaks, again and again. As a test
 * each drill takes a few rounds; {@code scripts/drill.sh} takes as many as are asked for, or fit.
 * Each says how many rounds and rows there were, and what was lost and doubled.
 */
class DrillTest {
  private static final Duration LASTS =
      Duration.ofSeconds(60 * Long.getLong("tickwatch.drill.minutes", 0));
  private static final long SEED = Long.getLong("tickwatch.drill.seed", 1);
  private static final int RATE = Integer.getInteger("tickwatch.drill.rate", 10_000);
  private static final int ROUNDS = Integer.getInteger("tickwatch.drill.rounds", 0);
  private static final long FRAMES = Long.getLong("tickwatch.drill.frames", 20_000);
  private static final int LEAST_ROUNDS = Math.max(2, ROUNDS);

  /** So many changed frames a second are sent and judged even where other things go on. */
  private static final int LEAST_FRAMES_A_SECOND = 40_000;

  private static final int FRAMES_A_WRITE = 50;

  /** An endless stream of a row a second, of two channels with anomalies. */
  private static final String STREAM =
      """
      {"sym": "plant", "seed": %d, "start": "2026-01-01T00:00:00Z", "stepSeconds": 1, "channels": [
       {"name": "level", "mean": 20, "std": 0.5, "seasonality": {"amplitude": 5, "period": 628},
        "anomalies": {"rate": 0.005}},
       {"name": "flow", "mean": 3, "std": 0.2, "anomalies": {"rate": 0.002}}]}
      """
          .formatted(SEED);

  /** Of the rows of that stream. */
  private static final String ROW_NUMBERS =
      "exec (`long$time-2026.01.01D00)div 1000000000 from plant";

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path directory;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final long startedAt = System.nanoTime();
  private long rows;

  // ---- what all drills have

  private boolean goesOn(int rounds) {
    return rounds < LEAST_ROUNDS
        || (ROUNDS == 0 && System.nanoTime() - startedAt < LASTS.toNanos());
  }

  /** As many numbered rows as the drill may take, and some more. */
  private Path numberedRows(long count) throws IOException {
    Path csv = directory.resolve("numbered.csv");
    try (BufferedWriter out = Files.newBufferedWriter(csv)) {
      out.write("time,row,reading\n");
      long millis = 1_767_225_600_000L;
      for (long row = 0; row < count; row++) {
        out.write((millis + row) + "," + row + "," + (row % 1000) / 8.0 + "\n");
      }
    }
    return csv;
  }

  private Path schema() throws IOException {
    return Files.writeString(
        directory.resolve("plant.q"),
        """
        plant:([]time:`timestamp$();sym:`symbol$();row:`long$();reading:`float$())
        junk:([]time:`timestamp$();sym:`symbol$();number:`float$())
        """);
  }

  private void feed(TickSystem system, Path csv, int rate) {
    system.feed(
        "--csv",
        csv.toString(),
        "--table",
        "plant",
        "--sym",
        "=plant",
        "--rate",
        String.valueOf(rate),
        "--batch",
        "50");
  }

  private long rowsFor(int secondsARound, int rate) {
    long seconds = Math.max(LEAST_ROUNDS * (long) secondsARound, LASTS.toSeconds() + secondsARound);
    rows = seconds * rate;
    return rows;
  }

  /** What a checker finds in the row numbers of an rdb. */
  private record Found(long lost, long doubled, long swapped) {
    static Found in(long[] numbers, long expected) {
      long doubled = 0;
      long swapped = 0;
      boolean[] seen = new boolean[Math.toIntExact(expected)];
      long distinct = 0;
      for (int i = 0; i < numbers.length; i++) {
        int number = Math.toIntExact(numbers[i]);
        if (number < 0 || number >= expected || seen[number]) {
          doubled++;
        } else {
          seen[number] = true;
          distinct++;
        }
        swapped += i > 0 && numbers[i] < numbers[i - 1] ? 1 : 0;
      }
      return new Found(expected - distinct, doubled, swapped);
    }
  }

  private void awaitFeed(TickSystem system) {
    await("the feed has sent all")
        .atMost(PATIENCE.plus(Duration.ofSeconds(rows / RATE)))
        .until(() -> !system.isAlive("feed"));
    assertThat(system.awaitExit("feed")).as(() -> system.outputOf("feed")).isZero();
  }

  /** Waits for the feed to send all, and then for the rdb to have all. */
  private void awaitAll(TickSystem system) {
    awaitFeed(system);
    await("the rdb has all rows").atMost(PATIENCE).until(() -> system.countOf("plant") >= rows);
  }

  private void report(String drill, int rounds, TickSystem system) {
    report(drill, rounds, system, "exec row from plant");
  }

  private void report(String drill, int rounds, TickSystem system, String rowNumbers) {
    long[] numbers = (long[]) system.ask("rdb", rowNumbers);
    Found found = Found.in(numbers, rows);
    System.out.printf(
        "drill %-9s rounds=%d rows=%d lost=%d doubled=%d swapped=%d seed=%d%n",
        drill, rounds, rows, found.lost(), found.doubled(), found.swapped(), SEED);
    assertThat(found).isEqualTo(new Found(0, 0, 0));
  }

  private static void pause(long millis) throws InterruptedException {
    // A drill's moments are random; nothing is waited for here.
    Thread.sleep(millis);
  }

  @Test
  void theCheckerSeesALossADoubleAndASwap() {
    assertThat(Found.in(new long[] {0, 1, 2, 3}, 4)).isEqualTo(new Found(0, 0, 0));
    assertThat(Found.in(new long[] {0, 1, 3}, 4)).isEqualTo(new Found(1, 0, 0));
    assertThat(Found.in(new long[] {0, 1, 1, 2, 3}, 4)).isEqualTo(new Found(0, 1, 0));
    assertThat(Found.in(new long[] {0, 2, 1, 3}, 4)).isEqualTo(new Found(0, 0, 1));
  }

  // ---- the drills

  /**
   * Any of the four processes, at any moment. At the end rows, scores and anomalies are those of a
   * run in which nobody was killed.
   */
  @Test
  void kill() throws Exception {
    List<String> names = List.of("tickerplant", "rdb", "feed", "detector");
    Verdicts disturbed;
    int rounds = 0;
    try (TickSystem system = new TickSystem(Files.createDirectories(directory.resolve("killed")))) {
      watch(system, List.of(), "--rate", String.valueOf(RATE));
      while (rounds < names.size() || goesOn(rounds)) {
        pause(random.nextInt(1_500));
        String name =
            rounds < names.size() ? names.get(rounds) : names.get(random.nextInt(names.size()));
        system.kill(name);
        system.restart(name);
        rounds++;
      }
      endStream(system);
      awaitAll(system);
      disturbed = Verdicts.of(system, rows);
      report("kill", rounds, system, ROW_NUMBERS);
    }
    assertAsUndisturbed("kill", disturbed);
  }

  /** Runs the same rows again while nothing happens: all verdicts are the same. */
  private void assertAsUndisturbed(String drill, Verdicts disturbed) throws IOException {
    try (TickSystem system =
        new TickSystem(Files.createDirectories(directory.resolve("undisturbed")))) {
      watch(system, List.of(), "--limit", String.valueOf(rows));
      awaitAll(system);
      Verdicts undisturbed = Verdicts.of(system, rows);
      System.out.printf(
          "drill %-9s scores=%d anomalies=%d, of which %d differ from an undisturbed run%n",
          drill,
          disturbed.scores().remaining(),
          disturbed.anomalies().size(),
          disturbed.differencesTo(undisturbed));
      assertThat(undisturbed.anomalies()).isNotEmpty();
      assertThat(disturbed.anomalies()).isEqualTo(undisturbed.anomalies());
      assertThat(disturbed.seqs()).isEqualTo(undisturbed.seqs());
      assertThat(disturbed.scores()).isEqualTo(undisturbed.scores());
    }
  }

  /** Starts a tickerplant, an rdb, a detector that learns, and a feed of the stream. */
  private void watch(TickSystem system, List<String> ofTickerplant, String... pace)
      throws IOException {
    Files.createDirectories(system.directory().resolve("log"));
    system.tickerplant(
        Files.writeString(
            system.directory().resolve("plant.q"),
            "plant:([]time:`timestamp$();sym:`symbol$();level:`float$();flow:`float$())\n"),
        ofTickerplant.toArray(String[]::new));
    system.rdb();
    system.learningDetector("plant", "--detector", "ewma", "--train", "2000");
    stream(system, pace);
  }

  private static void stream(TickSystem system, String... pace) {
    List<String> args =
        new ArrayList<>(
            List.of("--simulate", STREAM, "--table", "plant", "--name", "drill", "--batch", "50"));
    args.addAll(List.of(pace));
    system.feed(args.toArray(String[]::new));
  }

  /** Kills the feed and lets another one send a little more, to an end. */
  private void endStream(TickSystem system) {
    system.kill("feed");
    rows = 2L * RATE + ((Number) system.ask("tickerplant", ".u.chk[`drill]`seq")).longValue();
    stream(system, "--limit", String.valueOf(rows));
  }

  /** What the detector said, as the rdb has it. */
  private record Verdicts(LongBuffer seqs, DoubleBuffer scores, List<String> anomalies) {
    static Verdicts of(TickSystem system, long rows) {
      await("the last row is judged")
          .atMost(PATIENCE)
          .until(() -> number(system, "exec last seq from score") >= rows - 1);
      // A last restart: what counts is what the log has.
      system.kill("rdb");
      system.restart("rdb");
      c.Flip anomalies = (c.Flip) system.ask("rdb", "select id,state,kind,grade from anomaly");
      String[] ids = (String[]) anomalies.at("id");
      String[] states = (String[]) anomalies.at("state");
      String[] kinds = (String[]) anomalies.at("kind");
      double[] grades = (double[]) anomalies.at("grade");
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < ids.length; i++) {
        lines.add(ids[i] + " " + states[i] + " " + kinds[i] + " " + grades[i]);
      }
      return new Verdicts(
          LongBuffer.wrap((long[]) system.ask("rdb", "exec seq from score")),
          DoubleBuffer.wrap((double[]) system.ask("rdb", "exec score from score")),
          lines);
    }

    int differencesTo(Verdicts other) {
      List<String> missing = new ArrayList<>(other.anomalies);
      List<String> more = new ArrayList<>(anomalies);
      missing.removeAll(anomalies);
      more.removeAll(other.anomalies);
      return missing.size() + more.size() + Math.abs(scores.remaining() - other.scores.remaining());
    }
  }

  /** A machine that fails takes the end of the log with it, which followers had already seen. */
  @Test
  void lostTail() throws Exception {
    Path csv = numberedRows(rowsFor(6, RATE));
    Path schema = schema();
    try (TickSystem system = new TickSystem(directory)) {
      system.tickerplant(schema);
      system.rdb();
      feed(system, csv, RATE);
      int rounds = 0;
      while (goesOn(rounds) && system.isAlive("feed")) {
        system.awaitRows("plant", 1_000);
        pause(500 + random.nextInt(1_500));
        system.kill("tickerplant");
        try (RandomAccessFile log = new RandomAccessFile(log().toFile(), "rw")) {
          log.setLength(Math.max(8, log.length() - random.nextInt(1 << 16)));
        }
        system.restart("tickerplant");
        rounds++;
      }
      awaitAll(system);
      report("lost-tail", rounds, system);
    }
  }

  /** A sector of the log goes bad: its messages are lost, and no other, and nothing comes twice. */
  @Test
  void badSector() throws Exception {
    Path csv = numberedRows(rowsFor(6, RATE));
    Path schema = schema();
    try (TickSystem system = new TickSystem(directory)) {
      system.tickerplant(schema);
      system.rdb();
      feed(system, csv, RATE);
      int rounds = 0;
      while (goesOn(rounds) && system.isAlive("feed")) {
        system.awaitRows("plant", 1_000);
        pause(500 + random.nextInt(1_000));
        system.kill("tickerplant");
        byte[] sector = new byte[4096];
        for (int i = 0; i < sector.length; i++) {
          sector[i] = (byte) random.nextInt();
        }
        try (RandomAccessFile log = new RandomAccessFile(log().toFile(), "rw")) {
          // Not in the last messages: what is damaged there is sent again.
          log.seek(8 + random.nextLong(Math.max(1, log.length() - (1 << 16))));
          log.write(sector);
        }
        system.restart("tickerplant");
        rounds++;
      }
      awaitFeed(system);
      // 4 kB of messages of 50 rows and about 1.6 kB, with one more at each end.
      long most = 250L * rounds;
      long whole = rows;
      await("the rdb has what the log holds")
          .atMost(PATIENCE)
          .until(() -> last(system) == whole - 1 && system.countOf("plant") >= whole - most);
      long[] before = (long[]) system.ask("rdb", "exec row from plant");
      // What a new one finds in the log is the same.
      system.kill("rdb");
      system.restart("rdb");
      long[] numbers = (long[]) system.ask("rdb", "exec row from plant");
      assertThat(numbers).isEqualTo(before);
      Found found = Found.in(numbers, rows);
      System.out.printf(
          "drill bad-sector rounds=%d rows=%d lost=%d (at most %d, in the sectors) doubled=%d"
              + " swapped=%d seed=%d%n",
          rounds, rows, found.lost(), most, found.doubled(), found.swapped(), SEED);
      assertThat(found.lost()).isBetween(1L, most);
      assertThat(found.doubled() + found.swapped()).isZero();
      assertThat(system.outputOf("tickerplant")).contains("is damaged: skipped");
      assertThat(system.output("log", "verify", log().toString())).contains("whole");
    }
  }

  private static long last(TickSystem system) {
    return number(system, "last plant`row");
  }

  /** A number that the rdb knows, or -1 while it is away or knows none. */
  private static long number(TickSystem system, String question) {
    try {
      return ((Number) system.ask("rdb", question)).longValue();
    } catch (IllegalStateException e) {
      return -1;
    }
  }

  private Path log() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("log"))) {
      return files
          .filter(file -> file.getFileName().toString().matches("plant\\d{4}\\.\\d\\d\\.\\d\\d"))
          .max((a, b) -> a.compareTo(b))
          .orElseThrow();
    }
  }

  /**
   * The rdb is stopped and a plain subscriber stops reading; both have every row in the end, and
   * another subscriber and the tickerplant's memory do not notice.
   */
  @ParameterizedTest
  @ValueSource(strings = {"log", "disconnect"})
  void pausedSubscriber(String slow) throws Exception {
    int rate = LASTS.isZero() ? 20_000 : 50_000;
    int pauseSeconds = LASTS.isZero() ? 3 : 120;
    int quietSeconds = LASTS.isZero() ? 1 : 30;
    rows = (long) rate * (pauseSeconds + 2 * quietSeconds);
    Path csv = numberedRows(rows);
    try (TickSystem system = new TickSystem(directory)) {
      system.tickerplant(schema(), "--max-queue", "1MB", "--slow", slow);
      system.rdb();
      try (Reader paused = new Reader(system.port("tickerplant"));
          Reader other = new Reader(system.port("tickerplant"))) {
        system.feed(
            "--csv",
            csv.toString(),
            "--table",
            "plant",
            "--sym",
            "=plant",
            "--stamp",
            "now",
            "--rate",
            String.valueOf(rate));
        system.awaitRows("plant", 1_000);
        pause(500L * quietSeconds);
        other.takeAges();
        pause(500L * quietSeconds);
        String before = quantiles(other);
        long residentBefore = system.residentBytes("tickerplant");
        system.signal("rdb", "STOP");
        paused.pause();
        long most = 0;
        for (int second = 0; second < pauseSeconds; second++) {
          pause(1_000);
          most = Math.max(most, system.residentBytes("tickerplant") - residentBefore);
        }
        String during = quantiles(other);
        system.signal("rdb", "CONT");
        paused.goOn();
        awaitAll(system);
        await("both have all rows")
            .atMost(PATIENCE)
            .until(() -> paused.rows() == rows && other.rows() == rows);
        System.out.printf(
            "drill paused    --slow %s, %d rows/s, stopped for %d s: tickerplant's resident memory"
                + " %.0f MB and at most %.1f MB more; age of rows at the other subscriber (p50/p99)"
                + " %s before, %s meanwhile; disconnects=%d%n",
            slow,
            rate,
            pauseSeconds,
            residentBefore / 1e6,
            most / 1e6,
            before,
            during,
            paused.disconnects());
        assertThat(paused.wrong() + other.wrong()).isZero();
        assertThat(other.disconnects()).isZero();
        if (!LASTS.isZero()) {
          assertThat(paused.disconnects()).isEqualTo(slow.equals("log") ? 0 : 1);
          // 200 MB went by.
          assertThat(most).isLessThan(32 << 20);
        }
      }
      report("paused", 1, system);
    }
  }

  private static String quantiles(Reader reader) {
    long[] ages = reader.takeAges();
    return "%.2f/%.2f ms"
        .formatted(ages[ages.length / 2] / 1e6, ages[(int) (ages.length * 0.99)] / 1e6);
  }

  /** Frames with changed bytes, as many as connections take, beside a good feed and a good rdb. */
  @Test
  void mutatedFrames() throws Exception {
    rows = Math.max(rowsFor(4, RATE), FRAMES / LEAST_FRAMES_A_SECOND * RATE);
    Path csv = numberedRows(rows);
    try (TickSystem system = new TickSystem(directory)) {
      system.tickerplant(schema());
      system.rdb();
      feed(system, csv, RATE);
      long frames = 0;
      int connections = 0;
      while ((goesOn(connections) || frames < FRAMES) && system.isAlive("feed")) {
        frames += mutate(system.port("tickerplant"));
        connections++;
      }
      awaitAll(system);
      System.out.printf("drill mutated   frames=%d connections=%d%n", frames, connections);
      report("mutated", connections, system);
    }
  }

  /** Sends changed frames until the connection is closed; how many went out. */
  private long mutate(int port) throws IOException {
    byte[] frame = junkFrame();
    long sent = 0;
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(2_000);
      OutputStream out = socket.getOutputStream();
      out.write("drill:\3\0".getBytes(StandardCharsets.ISO_8859_1));
      if (socket.getInputStream().read() < 0) {
        return 0;
      }
      for (; sent < 2_000; sent += FRAMES_A_WRITE) {
        ByteBuffer some = ByteBuffer.allocate(FRAMES_A_WRITE * frame.length);
        while (some.hasRemaining()) {
          byte[] mutated = frame.clone();
          int changes = random.nextInt(4);
          for (int i = 0; i < changes; i++) {
            // Its length stays: else the first one would end all.
            int at = 8 + random.nextInt(frame.length - 8);
            mutated[at] = (byte) random.nextInt();
          }
          some.put(mutated);
        }
        out.write(some.array());
      }
      // One whose length is a lie ends the connection.
      byte[] lie = frame.clone();
      lie[7] = (byte) random.nextInt();
      out.write(lie);
    } catch (IOException e) {
      // The tickerplant had enough of it.
      return sent;
    }
    return sent;
  }

  /** {@code (`.u.upd;`junk;(,2000.01.01D;,`a;,1f))}, little-endian. */
  private static byte[] junkFrame() {
    ByteBuffer frame = ByteBuffer.allocate(128).order(ByteOrder.LITTLE_ENDIAN);
    frame.put((byte) 1).put((byte) 0).putShort((short) 0).putInt(0);
    frame.put((byte) 0).put((byte) 0).putInt(3);
    frame.put((byte) -11).put(".u.upd\0".getBytes(StandardCharsets.ISO_8859_1));
    frame.put((byte) -11).put("junk\0".getBytes(StandardCharsets.ISO_8859_1));
    frame.put((byte) 0).put((byte) 0).putInt(3);
    frame.put((byte) 12).put((byte) 0).putInt(1).putLong(0);
    frame.put((byte) 11).put((byte) 0).putInt(1).put((byte) 'a').put((byte) 0);
    frame.put((byte) 9).put((byte) 0).putInt(1).putDouble(1);
    frame.putInt(4, frame.position());
    return Arrays.copyOf(frame.array(), frame.position());
  }

  /**
   * Beside the feed, which has a name, there are a publisher who waits for its answers and one who
   * does not: the first one is told, the second one is held back, and of neither a row is lost.
   */
  @Test
  void fullDisk() throws Exception {
    Path disk = Files.createDirectories(directory.resolve("log"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString()) == 0,
        "no right to mount a small disk: the drill of the full disk is left out");
    try (TickSystem system = new TickSystem(directory)) {
      Path csv = numberedRows(rowsFor(6, RATE));
      system.tickerplant(schema());
      system.rdb();
      try (Writer waiting = new Writer(system.port("tickerplant"), "waiting", true);
          Writer hurried = new Writer(system.port("tickerplant"), "hurried", false)) {
        feed(system, csv, RATE);
        int rounds = 0;
        int megabytes = 1;
        while (goesOn(rounds) && system.isAlive("feed")) {
          await("the disk is full or all is sent")
              .atMost(PATIENCE)
              .until(() -> !system.isAlive("feed") || health(system).contains("No space left"));
          if (!system.isAlive("feed")) {
            break;
          }
          long refusedBefore = waiting.refused();
          await("who waits is told")
              .atMost(PATIENCE)
              .until(() -> waiting.refused() > refusedBefore);
          pause(random.nextInt(500));
          assertThatThereIsNothingButWhatIsLogged(system);
          megabytes += 1 + random.nextInt(2);
          assertThat(run("mount", "-o", "remount,size=" + megabytes + "m", disk.toString()))
              .isZero();
          await("it goes on").atMost(PATIENCE).until(() -> health(system).contains("\"up\""));
          rounds++;
        }
        assertThat(rounds).as("times that the disk was full").isPositive();
        assertThat(run("mount", "-o", "remount,size=1g", disk.toString())).isZero();
        assertThat(waiting.end() + hurried.end()).isEmpty();
        awaitAll(system);
        System.out.printf(
            "drill full-disk rows taken from who waits=%d, refused %d times; from who does not=%d%n",
            waiting.sent(), waiting.refused(), hurried.sent());
        report("full-disk", rounds, system);
        assertThat(found(system, "waiting", waiting.sent())).isEqualTo(new Found(0, 0, 0));
        assertThat(found(system, "hurried", hurried.sent())).isEqualTo(new Found(0, 0, 0));
      }
    } finally {
      assertThat(run("umount", "-l", disk.toString())).isZero();
    }
  }

  private static Found found(TickSystem system, String sym, long expected) {
    await("the rdb has all rows of " + sym)
        .atMost(PATIENCE)
        .until(() -> number(system, "exec count i from junk where sym=`" + sym) >= expected);
    return Found.in(
        (long[]) system.ask("rdb", "exec `long$number from junk where sym=`" + sym), expected);
  }

  /** What the rdb has while nothing can be written is what the log has. */
  private void assertThatThereIsNothingButWhatIsLogged(TickSystem system) throws IOException {
    String logged = system.output("log", "verify", log().toString(), "--json");
    for (String table : List.of("plant", "junk")) {
      Matcher rowsOf =
          Pattern.compile("\"" + table + "\":\\{\"messages\":\\d+,\"rows\":(\\d+)").matcher(logged);
      assertThat(rowsOf.find()).as(logged).isTrue();
      long expected = Long.parseLong(rowsOf.group(1));
      await("the rdb has what the log has")
          .atMost(PATIENCE)
          .until(() -> system.countOf(table) == expected);
    }
  }

  private static String health(TickSystem system) {
    HttpResponse<String> answer = system.get("tickerplant", "/health");
    return answer == null ? "" : answer.body();
  }

  /**
   * The feed, the tickerplant and those who follow are three hosts, and now and then a network
   * between them is cut: the link is down, or packets are dropped in one direction or both, so that
   * nobody is told; sometimes a process dies meanwhile. No host sees another one's disk.
   *
   * <p>For {@code scripts/drill.sh}, which makes the hosts and runs this on the one of those who
   * follow.
   */
  @Test
  void cutNetwork() throws Exception {
    String hosts = System.getProperty("tickwatch.drill.network", "");
    assumeTrue(!hosts.isEmpty(), "not in a network of its own: scripts/drill.sh makes one");
    Verdicts disturbed;
    try (TickSystem system = new TickSystem(Files.createDirectories(directory.resolve("cut")))) {
      system.place("tickerplant", "10.203.0.1", "ip", "netns", "exec", hosts + "-tickerplant");
      system.place("feed", "10.203.0.2", "ip", "netns", "exec", hosts + "-feed");
      String[] withoutTheLog = {
        "unshare", "-m", "sh", "-c", "mount -t tmpfs none log && exec \"$0\" \"$@\""
      };
      system.place("rdb", "localhost", withoutTheLog);
      system.place("detector", "localhost", withoutTheLog);
      watch(
          system,
          List.of("--listen", "0.0.0.0", "--allow-anonymous"),
          "--rate",
          String.valueOf(RATE));
      int rounds = 0;
      int killed = 0;
      int longest = 0;
      while (goesOn(rounds)) {
        pause(500 + random.nextInt(2_000));
        List<Runnable> mends = cut(hosts);
        int lasts = 200 + random.nextInt(rounds % 5 == 4 ? 60_000 : 3_000);
        longest = Math.max(longest, lasts);
        pause(lasts / 2);
        String victim = List.of("tickerplant", "rdb", "feed", "detector").get(random.nextInt(4));
        boolean dies = random.nextInt(3) == 0;
        if (dies) {
          system.kill(victim);
          system.startAgain(victim);
          killed++;
        }
        pause(lasts / 2);
        mends.forEach(Runnable::run);
        if (dies && !victim.equals("feed")) {
          system.awaitReady(victim);
        }
        rounds++;
      }
      endStream(system);
      awaitAll(system);
      disturbed = Verdicts.of(system, rows);
      System.out.printf(
          "drill network   the longest cut lasted %.1f s; during %d of them a process was killed%n",
          longest / 1e3, killed);
      report("network", rounds, system, ROW_NUMBERS);
      assertThat(system.outputOf("rdb")).contains("log replayed");
    }
    assertAsUndisturbed("network", disturbed);
  }

  /** Cuts a network, or both, in one of several ways; what mends it again. */
  private List<Runnable> cut(String hosts) {
    String tickerplant = hosts + "-tickerplant";
    List<Runnable> mends = new ArrayList<>();
    int which = 1 + random.nextInt(3);
    int how = random.nextInt(4);
    for (int host = 0; host < 2; host++) {
      if ((which & (1 << host)) == 0) {
        continue;
      }
      String link = host == 0 ? "to-feed" : "to-followers";
      String address = host == 0 ? "10.203.0.2" : "10.203.0.3";
      if (how == 0) {
        must("ip", "-n", tickerplant, "link", "set", link, "down");
        mends.add(() -> must("ip", "-n", tickerplant, "link", "set", link, "up"));
      }
      if (how == 1 || how == 3) {
        drop(tickerplant, mends, "INPUT", "-s", address);
      }
      if (how == 2 || how == 3) {
        drop(tickerplant, mends, "OUTPUT", "-d", address);
      }
    }
    return mends;
  }

  private static void drop(
      String host, List<Runnable> mends, String chain, String direction, String address) {
    String[] rule = {
      "ip", "netns", "exec", host, "iptables", "-w", "-A", chain, direction, address, "-j", "DROP"
    };
    must(rule);
    String[] undo = rule.clone();
    undo[6] = "-D";
    mends.add(() -> must(undo));
  }

  private static void must(String... command) {
    try {
      assertThat(run(command)).as(() -> String.join(" ", command)).isZero();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(String.join(" ", command), e);
    }
  }

  /** The day ends under load, at the next full minute of the clock. */
  @Test
  void midnight() throws Exception {
    assumeTrue(!LASTS.isZero(), "waits for a full minute: scripts/drill.sh runs it");
    LocalTime end =
        LocalTime.now(ZoneOffset.UTC)
            .plusSeconds(20)
            .truncatedTo(ChronoUnit.MINUTES)
            .plusMinutes(1);
    int seconds = 100;
    rows = (long) seconds * RATE;
    Path csv = numberedRows(rows);
    try (TickSystem system = new TickSystem(directory)) {
      system.tickerplant(
          schema(), "--zone", "UTC", "--day-ends-at", end.toString(), "--keep-logs", "5");
      system.rdb("--end-of-day", "keep");
      feed(system, csv, RATE);
      await("a second log").atMost(PATIENCE).until(() -> logs().size() == 2);
      system.kill("rdb");
      system.kill("tickerplant");
      system.restart("tickerplant");
      awaitFeed(system);
      List<Long> numbers = new ArrayList<>();
      for (Path log : logs()) {
        String messages =
            system.output("log", "dump", log.toString(), "--table", "plant", "--json");
        messages.lines().forEach(line -> addRows(line, numbers));
      }
      Found found = Found.in(numbers.stream().mapToLong(Long::longValue).toArray(), rows);
      System.out.printf(
          "drill midnight  rounds=1 rows=%d lost=%d doubled=%d swapped=%d%n",
          rows, found.lost(), found.doubled(), found.swapped());
      assertThat(found).isEqualTo(new Found(0, 0, 0));
    }
  }

  /**
   * The tickerplant's clock is put over the ends of the two days of a year that have not 24 hours,
   * back, half a year forth, and over two ends of days while it is stopped: each day that it has
   * seen is ended once, and its log kept, packed and given out again.
   */
  @Test
  void steppedClock() throws Exception {
    Path faketime = faketime();
    assumeTrue(faketime != null, "no libfaketime here (Debian, Ubuntu: apt install faketime)");
    Path offset = directory.resolve("offset");
    setClock(offset, "2026-03-28T22:30:00Z");
    try (TickSystem system = new TickSystem(directory)) {
      system.place(
          "tickerplant",
          "localhost",
          "env",
          "LD_PRELOAD=" + faketime,
          "FAKETIME_TIMESTAMP_FILE=" + offset,
          "FAKETIME_NO_CACHE=1",
          "FAKETIME_DONT_FAKE_MONOTONIC=1");
      system.tickerplant(schema(), "--zone", "Europe/Berlin", "--keep-logs", "100");
      int port = system.port("tickerplant");
      try (Follower live = new Follower(port, "");
          Writer writer = Writer.idle(port)) {
        writer.writeOne();
        setClock(offset, "2026-03-28T23:00:01Z");
        live.awaitEnd("2026-03-28");
        // This day has 23 hours.
        setClock(offset, "2026-03-29T21:30:00Z");
        writer.writeOne();
        setClock(offset, "2026-03-29T22:00:01Z");
        live.awaitEnd("2026-03-29");
        writer.writeOne();
        // Back: nothing ends.
        setClock(offset, "2026-03-28T12:00:00Z");
        writer.writeOne();
        setClock(offset, "2026-03-30T12:00:00Z");
        writer.writeOne();
        setClock(offset, "2026-10-24T21:30:00Z");
        live.awaitEnd("2026-03-30");
        writer.writeOne();
        setClock(offset, "2026-10-24T22:00:01Z");
        live.awaitEnd("2026-10-24");
        // This one has 25.
        setClock(offset, "2026-10-25T22:30:00Z");
        writer.writeOne();
        setClock(offset, "2026-10-25T23:00:01Z");
        live.awaitEnd("2026-10-25");
        writer.writeOne();
        system.signal("tickerplant", "STOP");
        setClock(offset, "2026-10-28T12:00:00Z");
        system.signal("tickerplant", "CONT");
        live.awaitEnd("2026-10-26");
        writer.writeOne();
        live.awaitRow(writer.sent() - 1);

        List<String> ends = live.happened().stream().filter(e -> e.startsWith("end")).toList();
        assertThat(ends)
            .containsExactly(
                "end 2026-03-28",
                "end 2026-03-29",
                "end 2026-03-30",
                "end 2026-10-24",
                "end 2026-10-25",
                "end 2026-10-26");
        await("all but the newest ended log are packed")
            .atMost(PATIENCE)
            .until(() -> packed().size() == ends.size() - 1 && logs().size() == 2);
        for (Path log : packed()) {
          assertThat(system.output("log", "verify", log.toString())).contains("whole");
        }
        try (Follower again = new Follower(port, "2026-03-28")) {
          again.awaitRow(writer.sent() - 1);
          assertThat(again.happened()).isEqualTo(live.happened());
        }
        System.out.printf(
            "drill clock     days ended=%d rows=%d, the same from the packed logs%n",
            ends.size(), writer.sent());
      }
    }
  }

  /** Sets the clock of processes under libfaketime, which goes on from there. */
  private static void setClock(Path offset, String instant) throws IOException {
    long seconds = Duration.between(Instant.now(), Instant.parse(instant)).toSeconds();
    // In one step: it is read all the time.
    Path next = Files.writeString(offset.resolveSibling("next"), "%+d%n".formatted(seconds));
    Files.move(next, offset, StandardCopyOption.ATOMIC_MOVE);
  }

  private static @Nullable Path faketime() throws IOException {
    Path libraries = Path.of("/usr/lib");
    if (!Files.isDirectory(libraries)) {
      return null;
    }
    try (Stream<Path> folders = Files.list(libraries)) {
      return folders
          .map(folder -> folder.resolve("faketime/libfaketimeMT.so.1"))
          .filter(Files::isRegularFile)
          .findFirst()
          .orElse(null);
    }
  }

  private List<Path> packed() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("log"))) {
      return files.filter(file -> file.toString().endsWith(".gz")).sorted().toList();
    }
  }

  /** The third column of a message in JSON. */
  private static void addRows(String line, List<Long> numbers) {
    String columns = line.substring(line.indexOf("\"columns\":"));
    String third = columns.split("\\],\\[", -1)[2];
    Stream.of(third.split(",", -1)).map(Long::valueOf).forEach(numbers::add);
  }

  private List<Path> logs() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("log"))) {
      return files
          .filter(file -> file.getFileName().toString().matches("plant\\d{4}\\.\\d\\d\\.\\d\\d"))
          .sorted()
          .toList();
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    try {
      return new ProcessBuilder(command)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      return -1;
    }
  }
}
