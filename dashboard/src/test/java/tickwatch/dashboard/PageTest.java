package tickwatch.dashboard;

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
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import tickwatch.ipc.net.Endpoint;
import tickwatch.tick.SystemTables;
import tickwatch.tick.TableSchema;

/** The page in a real browser; left out where there is none. */
@Timeout(120)
class PageTest {
  private static final String HOSTILE = "<img src=x onerror=window.hacked=1>\"'&";

  @TempDir private Path directory;
  private FakeTickerplant tickerplant;
  private Dashboard dashboard;
  private ChromeDriver browser;

  @BeforeEach
  void start() throws IOException {
    File chromium = executable("chromium", "google-chrome");
    File driver = executable("chromedriver");
    assumeTrue(
        chromium.canExecute() && driver.canExecute(),
        "no chromium and chromedriver on this machine");
    tickerplant = tickerplant(0);
    dashboard =
        Dashboard.start(
            DashboardConfig.defaults(Endpoint.parse("localhost:" + tickerplant.port()))
                .withPort(0));
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, java.util.logging.Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium);
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1280,900",
        // Whatever is not this machine does not exist.
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost",
        "--user-data-dir=" + Files.createDirectory(directory.resolve("profile")));
    options.setCapability("goog:loggingPrefs", logs);
    browser =
        new ChromeDriver(
            new ChromeDriverService.Builder().usingDriverExecutable(driver).build(), options);
  }

  private FakeTickerplant tickerplant(int port) throws IOException {
    List<TableSchema> tables = new ArrayList<>(SystemTables.schema().tables());
    tables.add(tickwatch.dashboard.Stream.PLANT);
    return new FakeTickerplant(
        port, directory.resolve("plant2026.11.23"), tables.toArray(TableSchema[]::new));
  }

  private static File executable(String... names) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(path.split(File.pathSeparator))
        .flatMap(folder -> Stream.of(names).map(name -> new File(folder, name)))
        .filter(File::canExecute)
        .findFirst()
        .orElse(new File("/nonexistent"));
  }

  @AfterEach
  void stop() {
    if (browser != null) {
      browser.quit();
    }
    if (dashboard != null) {
      dashboard.close();
      tickerplant.close();
    }
  }

  private void open(String query) {
    browser.get("http://localhost:" + dashboard.port() + "/" + query);
  }

  private void rows(String sym, int from, int to, Integer... planted) {
    tickerplant.publish("plant", tickwatch.dashboard.Stream.rows(sym, from, to, planted));
    tickerplant.publish("score", tickwatch.dashboard.Stream.scores(sym, from, to, planted));
  }

  private Object js(String expression) {
    return java.util.Objects.requireNonNullElse(
        browser.executeScript("return " + expression), "nothing");
  }

  private void awaitTrue(String expression) {
    await(expression)
        .atMost(Duration.ofSeconds(30))
        .until(() -> Boolean.TRUE.equals(js(expression)));
  }

  private List<String> complaints() {
    return browser.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= java.util.logging.Level.WARNING.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  @Test
  void drawsARedDotOnEveryFlaggedRowAsRowsMove() {
    rows("a", 0, 200, 50, 120);
    open("");
    awaitTrue("window.__tick && __tick.dots.score === 2 && __tick.rows === 200");

    rows("a", 200, 260, 230);

    awaitTrue("__tick.dots.score === 3 && __tick.rows === 260");
    assertThat(js("__tick.dots.channels.join()"))
        .as("heat is to blame, load is not")
        .isEqualTo("3,0");
    assertThat(complaints()).isEmpty();
  }

  @Test
  void holdsWhilePausedAndCatchesUp() {
    rows("a", 0, 100);
    open("");
    awaitTrue("window.__tick && __tick.rows === 100");
    browser.findElement(By.id("pause")).click();
    awaitTrue("__tick.paused");

    rows("a", 100, 140, 110);

    awaitTrue("__tick.behind === 40");
    assertThat(js("__tick.dots.score")).isEqualTo(0L);
    assertThat(browser.findElement(By.id("pause")).getText()).contains("40 rows behind");
    browser.findElement(By.id("pause")).click();
    awaitTrue("__tick.dots.score === 1 && !__tick.paused");
  }

  @Test
  void comesBackByItselfAfterTheDashboardWasRestarted() {
    rows("a", 0, 100);
    open("");
    awaitTrue("window.__tick && __tick.rows === 100");
    int port = dashboard.port();
    dashboard.close();
    awaitTrue("!document.getElementById('banner').hidden");

    rows("a", 100, 130, 120);
    dashboard =
        Dashboard.start(
            DashboardConfig.defaults(Endpoint.parse("localhost:" + tickerplant.port()))
                .withPort(port));

    awaitTrue("__tick.rows === 130 && __tick.dots.score === 1");
    awaitTrue("document.getElementById('banner').hidden");
  }

  @Test
  void comesBackWithoutAGapAfterTheTickerplantWasRestarted() throws IOException {
    rows("a", 0, 100);
    open("");
    awaitTrue("window.__tick && __tick.rows === 100");
    int port = tickerplant.port();
    tickerplant.die();
    awaitTrue("document.getElementById('banner').textContent.includes('cannot be reached')");

    tickerplant = tickerplant(port);
    rows("a", 100, 130, 120);

    awaitTrue("__tick.rows === 130 && __tick.dots.score === 1");
    awaitTrue("document.getElementById('banner').hidden");
  }

  @Test
  void eightTabsOfOneBrowserAllFollow() {
    rows("a", 0, 100);
    open("");
    for (int tab = 1; tab < 8; tab++) {
      browser.switchTo().newWindow(WindowType.TAB);
      open("");
    }
    for (String tab : browser.getWindowHandles()) {
      browser.switchTo().window(tab);
      awaitTrue("window.__tick && __tick.rows === 100");
    }
    rows("a", 100, 110);
    for (String tab : browser.getWindowHandles()) {
      browser.switchTo().window(tab);
      awaitTrue("__tick.rows === 110");
    }
  }

  @Test
  void followsByEventsWhereNoWebSocketGetsThrough() {
    rows("a", 0, 100);
    browser.executeCdpCommand(
        "Page.addScriptToEvaluateOnNewDocument",
        Map.of(
            "source",
            "window.WebSocket = class { constructor() { setTimeout(() => this.onclose(), 10); } close() {} };"));

    open("");

    awaitTrue("window.__tick && __tick.rows === 100 && __tick.connected");
    rows("a", 100, 110);
    awaitTrue("__tick.rows === 110");
  }

  @Test
  void tenMinutesOfStreamingLeaveTheHeapsAsTheyAre() {
    rows("a", 0, 1000);
    open("");
    awaitTrue("window.__tick && __tick.rows === 1000");
    int row = streamed(1000, 60);
    awaitTrue("__tick.rows === " + row);
    long page = pageHeap();
    long server = serverHeap();

    row = streamed(row, 540);
    awaitTrue("__tick.rows === " + row);

    assertThat(pageHeap()).as("bytes of the page").isLessThan(page + (4 << 20));
    assertThat(serverHeap()).as("bytes of the server").isLessThan(server + (8 << 20));
  }

  /** As many seconds of a stream of ten rows a second, each second in one message. */
  private int streamed(int from, int seconds) {
    for (int second = 0; second < seconds; second++) {
      rows("a", from + 10 * second, from + 10 * second + 10, from + 10 * second + 3);
      if (second % 20 == 19) {
        awaitTrue("__tick.rows >= " + (from + 10 * second - 200));
      }
    }
    return from + 10 * seconds;
  }

  private long pageHeap() {
    browser.executeCdpCommand("HeapProfiler.collectGarbage", Map.of());
    Object used = browser.executeCdpCommand("Runtime.getHeapUsage", Map.of()).get("usedSize");
    return used instanceof Number bytes ? bytes.longValue() : Long.MAX_VALUE;
  }

  private static long serverHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  @Test
  void recordsFeedbackAndShowsWhatBecameOfIt() {
    rows("a", 0, 100, 50);
    tickerplant.publish(
        "anomaly", tickwatch.dashboard.Stream.anomaly("a", "plant.a.50", "open", 50, 52));
    open("");
    awaitTrue("document.querySelector('.anomaly .verdict') !== null");

    browser.findElement(By.cssSelector(".anomaly .verdict[data-verdict=confirmed]")).click();

    awaitTrue("document.querySelector('.anomaly .given').textContent === 'confirmed by anonymous'");
  }

  @Test
  void showsHostileNamesAndRunsNothing() {
    String sym = HOSTILE + "x".repeat(10_000);
    rows(sym, 0, 60, 30);
    tickerplant.publish(
        "anomaly", tickwatch.dashboard.Stream.anomaly(sym, HOSTILE + "id", "open", 30, 31));
    open("");
    awaitTrue("document.querySelectorAll('.anomaly').length === 1 && __tick.dots.score === 1");

    browser.findElement(By.cssSelector(".anomaly .what")).click();
    awaitTrue("document.getElementById('detail').open");

    assertThat(js("String(window.hacked)")).isEqualTo("undefined");
    assertThat(browser.findElements(By.cssSelector("img[src=x]"))).isEmpty();
    assertThat(browser.findElement(By.cssSelector("#detail h2")).getText()).startsWith(HOSTILE);
    assertThat(js("document.documentElement.scrollWidth <= innerWidth")).isEqualTo(true);
  }

  @Test
  void fitsAPhoneInBothThemes() {
    rows("a", 0, 100, 50);
    tickerplant.publish(
        "anomaly", tickwatch.dashboard.Stream.anomaly("a", "plant.a.50", "closed", 50, 52));
    browser.manage().window().setSize(new Dimension(500, 900));
    open("?theme=dark");
    awaitTrue("window.__tick && __tick.dots.score === 1");
    Object dark = js("getComputedStyle(document.body).backgroundColor");
    assertThat(js("document.documentElement.scrollWidth <= innerWidth")).isEqualTo(true);

    browser.findElement(By.id("theme")).click();

    assertThat(js("getComputedStyle(document.body).backgroundColor")).isNotEqualTo(dark);
    assertThat(complaints()).isEmpty();
  }

  @Test
  void aLinkOpensTheSensorAndTheAnomaly() {
    rows("a", 0, 100);
    rows("b", 0, 100, 50);
    tickerplant.publish(
        "anomaly", tickwatch.dashboard.Stream.anomaly("b", "plant.b.50", "closed", 50, 52));

    open("?sym=plant/b&id=plant.b.50");

    awaitTrue("document.getElementById('detail').open");
    assertThat(browser.findElement(By.id("view-name")).getDomAttribute("title"))
        .isEqualTo("plant/b");
    assertThat(browser.findElement(By.cssSelector(".cause")).getText())
        .isEqualTo("heat is 100 above what it should be");
  }
}
