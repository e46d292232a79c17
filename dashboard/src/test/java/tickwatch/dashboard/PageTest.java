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
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import tickwatch.ipc.net.Endpoint;
import tickwatch.ipc.net.Right;
import tickwatch.ipc.net.ServerTls;
import tickwatch.ipc.net.Users;
import tickwatch.tick.SystemTables;
import tickwatch.tick.TableSchema;
import tickwatch.tick.fixtures.FakeTickerplant;

/** The page in a real browser; left out where there is none. */
@Timeout(120)
class PageTest {
  private static final String HOSTILE = "<img src=x onerror=window.hacked=1>\"'&";

  @TempDir private static Path profile;
  private static ChromeDriver browser;

  @TempDir private Path directory;
  private FakeTickerplant tickerplant;
  private Dashboard dashboard;

  @BeforeAll
  static void startBrowser() {
    File chromium = executable("chromium", "google-chrome");
    File driver = executable("chromedriver");
    assumeTrue(
        chromium.canExecute() && driver.canExecute(),
        "no chromium and chromedriver on this machine");
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
        // A test's certificate is signed by nobody.
        "--ignore-certificate-errors",
        // Whatever is not this machine does not exist.
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost",
        "--user-data-dir=" + profile);
    options.setCapability("goog:loggingPrefs", logs);
    browser =
        new ChromeDriver(
            new ChromeDriverService.Builder().usingDriverExecutable(driver).build(), options);
  }

  @AfterAll
  static void stopBrowser() {
    if (browser != null) {
      browser.quit();
    }
  }

  @BeforeEach
  void start() throws IOException {
    tickerplant = tickerplant(0);
    dashboard =
        Dashboard.start(
            DashboardConfig.defaults(Endpoint.parse("localhost:" + tickerplant.port()))
                .withPort(0));
    browser.manage().window().setSize(new Dimension(1280, 900));
    List<String> unused = complaints();
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
    List<String> tabs = List.copyOf(browser.getWindowHandles());
    for (String tab : tabs.subList(1, tabs.size())) {
      browser.switchTo().window(tab).close();
    }
    browser.switchTo().window(tabs.get(0)).get("about:blank");
    dashboard.close();
    tickerplant.close();
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

  private static List<String> complaints() {
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
  void saysWhatIsMissingUntilThereAreRows() {
    open("");
    awaitTrue("document.getElementById('empty').textContent.includes('Is the feed running?')");
    assertThat(browser.findElement(By.id("older")).isDisplayed()).isFalse();

    rows("a", 0, 20);

    awaitTrue("window.__tick.rows === 20 && document.getElementById('empty').hidden");
    assertThat(browser.findElement(By.id("older")).isDisplayed()).isTrue();
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
    Map<String, Object> script =
        browser.executeCdpCommand(
            "Page.addScriptToEvaluateOnNewDocument",
            Map.of(
                "source",
                "window.WebSocket = class { constructor() { setTimeout(() => this.onclose(), 10); } close() {} };"));

    open("");

    awaitTrue("window.__tick && __tick.rows === 100 && __tick.connected");
    rows("a", 100, 110);
    awaitTrue("__tick.rows === 110");
    browser.executeCdpCommand("Page.removeScriptToEvaluateOnNewDocument", script);
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

  @Test
  void aDraggedStretchRanksTheChannelsAndItsLinkShowsItAgain() {
    rows("a", 0, 400, 300, 301, 302);
    open("");
    awaitTrue("window.__tick && __tick.dots.score === 3");
    WebElement chart = browser.findElement(By.cssSelector("#score-chart .u-over"));

    int width = chart.getSize().getWidth();
    new Actions(browser)
        .moveToElement(chart, width / 5, 0)
        .clickAndHold()
        .moveByOffset(width / 20, 0)
        .moveToElement(chart, width * 2 / 5, 0)
        .release()
        .perform();

    awaitTrue("document.querySelectorAll('.moved-one').length === 2");
    assertThat(browser.findElement(By.cssSelector(".moved-one")).getText()).startsWith("heat ▲");
    Object range = js("__tick.range.join()");
    rows("a", 400, 410);
    awaitTrue("__tick.behind === 10");
    String link = browser.getCurrentUrl();
    assertThat(link).contains("sym=plant%2Fa").contains("t=");
    browser.get("about:blank");
    browser.get(link);
    awaitTrue("window.__tick && __tick.paused && __tick.range && __tick.dots.score === 3");
    assertThat(js("__tick.range.join()")).isEqualTo(range);
  }

  @Test
  void isUsedByKeysAlone() {
    rows("a", 0, 100, 50);
    rows("b", 0, 100);
    tickerplant.publish(
        "anomaly", tickwatch.dashboard.Stream.anomaly("a", "plant.a.50", "closed", 50, 52));
    tickerplant.publish(
        "anomaly", tickwatch.dashboard.Stream.anomaly("a", "plant.a.70", "open", 70, 72));
    open("?sym=plant/a");
    awaitTrue("window.__tick && __tick.anomalies === 2 && __tick.rows === 100");

    press(" ");
    awaitTrue("__tick.paused");
    press(" ");
    awaitTrue("!__tick.paused");
    press(Keys.ARROW_RIGHT);
    awaitTrue("new URL(location).searchParams.get('id') === 'plant.a.70'");
    press(Keys.ARROW_LEFT);
    awaitTrue("new URL(location).searchParams.get('id') === 'plant.a.50'");
    press(Keys.ESCAPE);
    awaitTrue("!document.getElementById('detail').open");
    press("/", "b", Keys.ARROW_DOWN);
    awaitTrue("document.activeElement.title === 'plant/b'");
    press(Keys.ENTER);
    awaitTrue("document.getElementById('view-name').textContent === 'b'");
    Object theme = js("document.documentElement.dataset.theme");
    press("t");
    awaitTrue("document.documentElement.dataset.theme !== '" + theme + "'");
  }

  private void press(CharSequence... keys) {
    new Actions(browser).sendKeys(keys).perform();
  }

  @Test
  void oneOfAThousandSensorsIsFoundByAPartOfItsName() {
    for (int i = 0; i < 1000; i++) {
      tickerplant.publish("plant", tickwatch.dashboard.Stream.rows("Boiler-" + i, 0, 2));
    }
    open("");
    awaitTrue("document.querySelectorAll('.sensor').length === 200");
    assertThat(browser.findElement(By.id("sensors-more")).getText()).contains("800 more");

    browser.findElement(By.id("sensor-filter")).sendKeys("boiler-777");

    awaitTrue("document.querySelectorAll('.sensor').length === 1");
    browser.findElement(By.id("sensor-filter")).sendKeys(Keys.ENTER);
    awaitTrue("document.getElementById('view-name').textContent === 'Boiler-777'");
    assertThat(js("document.documentElement.scrollWidth <= innerWidth")).isEqualTo(true);
  }

  @Test
  void textStandsOutFromWhatIsBehindItInBothThemes() {
    open("");
    for (String theme : List.of("dark", "light")) {
      Object contrasts =
          js(
              "(() => { document.documentElement.dataset.theme = '"
                  + theme
                  + "';"
                  + "const light = (name) => { const hex = getComputedStyle(document.documentElement).getPropertyValue(name).trim();"
                  + "  const part = (i) => { const c = parseInt(hex.slice(i, i + 2), 16) / 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };"
                  + "  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5); };"
                  + "const all = [];"
                  + "for (const text of ['--text', '--dim', '--red', '--accent', '--ok', '--late'])"
                  + "  for (const behind of ['--page', '--panel', '--raised']) {"
                  + "    const two = [light(text), light(behind)].sort((a, b) => b - a);"
                  + "    const contrast = (two[0] + 0.05) / (two[1] + 0.05);"
                  + "    if (!(contrast >= 4.5)) all.push(text + ' on ' + behind + ': ' + contrast); }"
                  + "return all.join(); })()");
      assertThat(contrasts).as("less than 4.5 to 1, %s theme", theme).isEqualTo("");
    }
  }

  @Test
  void aUserWhoMayNotPublishSeesEverythingOverTlsAndAnswersNothing() throws Exception {
    Certificate certificate = new Certificate(directory);
    Path users =
        Files.writeString(
            directory.resolve("users"),
            Users.line("eve", "secret".toCharArray(), EnumSet.of(Right.READ, Right.SUBSCRIBE)));
    dashboard.close();
    dashboard =
        Dashboard.start(
            DashboardConfig.defaults(Endpoint.parse("localhost:" + tickerplant.port()))
                .withPort(0)
                .withListen("127.0.0.1", Users.load(users))
                .withTls(ServerTls.of(certificate.certificate(), certificate.key())));
    rows("a", 0, 100, 50);
    tickerplant.publish(
        "anomaly", tickwatch.dashboard.Stream.anomaly("a", "plant.a.50", "open", 50, 52));

    browser.get("https://eve:secret@localhost:" + dashboard.port() + "/");

    awaitTrue("window.__tick && __tick.connected && __tick.dots.score === 1");
    assertThat(browser.findElement(By.id("user")).getText()).isEqualTo("eve");
    awaitTrue("document.querySelector('.anomaly .verdict').disabled");
    browser.findElement(By.cssSelector(".anomaly .what")).click();
    awaitTrue("document.getElementById('detail').open");
  }
}
