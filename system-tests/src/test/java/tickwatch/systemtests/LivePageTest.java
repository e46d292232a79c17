package tickwatch.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** The stream of {@code run-all.sh --demo ewma}, from the feed to the dots on the page. */
@Timeout(180)
class LivePageTest {
  private static final int ROWS = 5000;
  private static final int LEARNT = 200;

  /** Of the noise on the signal, a sine of amplitude 10 and period 50 about 50. */
  private static final double SIGMA = 2;

  private static final int[] SEEDS = {1, 2, 3};
  private static final Path SEASONAL =
      Path.of("..", "models", "ewma", "pipeline.json").toAbsolutePath();

  /** The same signal without anomalies; its level stays, or wanders slowly by the sine's height. */
  private static final String STEADY =
      "{\"sym\": [\"steady\"], \"seed\": 4, \"channels\": [{\"name\": \"reading\", \"mean\": 50, \"std\": 2,"
          + " \"seasonality\": {\"amplitude\": 10, \"period\": 50}}]}";

  private static final String DRIFTING =
      STEADY
          .replace("steady", "drifting")
          .replace("}}]}", "}, \"drift\": {\"std\": 20, \"every\": 2000}}]}");

  @Test
  void everyPlantedPointFarOffHasARedDotAndASlowDriftAddsNone(
      @TempDir(cleanup = CleanupMode.NEVER) Path directory) throws IOException {
    File chromium = executable("chromium", "google-chrome");
    File driver = executable("chromedriver");
    assumeTrue(
        chromium.canExecute() && driver.canExecute(),
        "no chromium and chromedriver on this machine");
    Path schema = directory.resolve("signal.q");
    Path labels = Files.createDirectory(directory.resolve("labels"));
    try (TickSystem system = new TickSystem(directory)) {
      Files.writeString(schema, system.output("schema", "--simulate", "ewma", "--table", "signal"));
      system.tickerplant(schema);
      system.rdb();
      system.learningDetector(
          "signal", "--train", String.valueOf(LEARNT), "--pipeline", SEASONAL.toString());
      system.dashboard();
      for (int seed : SEEDS) {
        simulate(
            system,
            "{\"preset\": \"ewma\", \"sym\": \"sim" + seed + "\", \"seed\": " + seed + "}",
            "--labels",
            labels.resolve("sim" + seed + ".csv").toString());
      }
      simulate(system, STEADY);
      simulate(system, DRIFTING);
      system.awaitRows("score", (SEEDS.length + 2L) * (ROWS - LEARNT));

      ChromeDriver browser = browser(chromium, driver);
      try {
        for (int seed : SEEDS) {
          String sym = "sim" + seed;
          long[] flagged = flagged(system, sym);
          List<Long> planted = planted(labels.resolve(sym + ".csv"));
          double[] values =
              (double[]) system.ask("rdb", "exec reading from signal where sym=`" + sym);
          List<Long> dots = redDots(browser, system, sym, flagged);

          assertThat(dots)
              .as(sym)
              .containsExactlyElementsOf(boxed(flagged))
              .containsAll(farOff(planted, values));
          dots.removeAll(planted);
          assertThat(dots).as("rows of %s that were not planted", sym).hasSizeLessThan(3);
        }
        for (String sym : List.of("steady", "drifting")) {
          long[] flagged = flagged(system, sym);
          assertThat(flagged).as("what noise alone is flagged for, %s", sym).hasSizeLessThan(4);
          assertThat(redDots(browser, system, sym, flagged))
              .containsExactlyElementsOf(boxed(flagged));
        }
      } finally {
        browser.quit();
      }
    }
  }

  private static long[] flagged(TickSystem system, String sym) {
    return (long[]) system.ask("rdb", "exec seq from score where sym=`" + sym + ",flag");
  }

  private static void simulate(TickSystem system, String simulation, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--simulate",
                simulation,
                "--table",
                "signal",
                "--rate",
                "5000",
                "--limit",
                String.valueOf(ROWS)));
    arguments.addAll(List.of(more));
    system.feed(arguments.toArray(String[]::new));
    assertThat(system.awaitExit("feed")).as(() -> system.outputOf("feed")).isZero();
  }

  /** The rows that have a red dot on the page, which shows all rows of a sensor. */
  private static List<Long> redDots(
      ChromeDriver browser, TickSystem system, String sym, long[] flagged) {
    browser.get(
        "http://localhost:" + system.port("dashboard") + "/?sym=signal/" + sym + "&rows=16384");
    awaitTrue(
        browser,
        "window.__tick && __tick.rows === "
            + ROWS
            + " && __tick.flags.r.length === "
            + flagged.length
            + " && __tick.dots.score === "
            + flagged.length);
    assertThat(js(browser, "__tick.dots.channels.join()")).isEqualTo("" + flagged.length);
    List<Long> dots = new ArrayList<>();
    for (Object row : (List<?>) js(browser, "Array.from(__tick.flags.r)")) {
      dots.add((Long) row);
    }
    return dots;
  }

  /** Planted rows that lie six deviations of the noise off, behind those that were learnt from. */
  private static List<Long> farOff(List<Long> planted, double[] values) {
    List<Long> rows = new ArrayList<>();
    for (long row : planted) {
      double expected = 50 + 10 * Math.sin(2 * Math.PI * row / 50);
      if (row >= LEARNT && Math.abs(values[(int) row] - expected) >= 6 * SIGMA) {
        rows.add(row);
      }
    }
    assertThat(rows).hasSizeGreaterThan(150);
    return rows;
  }

  private static List<Long> planted(Path labels) throws IOException {
    List<Long> rows = new ArrayList<>();
    for (String line : Files.readAllLines(labels).stream().skip(1).toList()) {
      rows.add(Long.parseLong(line.split(",", -1)[3]));
    }
    return rows;
  }

  private static List<Long> boxed(long[] rows) {
    List<Long> all = new ArrayList<>();
    for (long row : rows) {
      all.add(row);
    }
    return all;
  }

  private static Object js(ChromeDriver browser, String expression) {
    return java.util.Objects.requireNonNullElse(
        browser.executeScript("return " + expression), "nothing");
  }

  private static void awaitTrue(ChromeDriver browser, String expression) {
    await(expression)
        .atMost(Duration.ofSeconds(30))
        .until(() -> Boolean.TRUE.equals(js(browser, expression)));
  }

  private static File executable(String... names) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(path.split(File.pathSeparator))
        .flatMap(folder -> Stream.of(names).map(name -> new File(folder, name)))
        .filter(File::canExecute)
        .findFirst()
        .orElse(new File("/nonexistent"));
  }

  private static ChromeDriver browser(File chromium, File driver) {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium);
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1280,900",
        // Whatever is not this machine does not exist.
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost");
    return new ChromeDriver(
        new ChromeDriverService.Builder().usingDriverExecutable(driver).build(), options);
  }
}
