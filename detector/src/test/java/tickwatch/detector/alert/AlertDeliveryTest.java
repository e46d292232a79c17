package tickwatch.detector.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tickwatch.detector.alert.AlertDelivery.Patience;
import tickwatch.detector.alert.AlertTarget.Form;
import tickwatch.detector.alert.Receiver.Mood;
import tickwatch.detector.analysis.Anomaly;
import tickwatch.detector.analysis.ChannelPart;
import tickwatch.detector.analysis.Impact;
import tickwatch.detector.event.Severity;
import tickwatch.detector.health.Ailment;
import tickwatch.detector.health.HealthEvent;
import tickwatch.ipc.value.Epoch;

class AlertDeliveryTest {
  private static final Patience IMPATIENT =
      new Patience(
          Duration.ofMillis(300),
          Duration.ofMillis(5),
          Duration.ofMillis(40),
          Duration.ofMillis(50),
          8);

  private final Receiver receiver = new Receiver();
  private final List<String> done = Collections.synchronizedList(new ArrayList<>());
  private final AlertBook book = new AlertBook(URI.create("http://localhost:8080/"));
  private final List<AlertDelivery> deliveries = new ArrayList<>();

  @AfterEach
  void close() {
    deliveries.forEach(AlertDelivery::close);
    receiver.close();
  }

  private AlertDelivery delivery(AlertTarget target, boolean isDryRun) {
    AlertDelivery delivery =
        new AlertDelivery(
            target,
            IMPATIENT,
            isDryRun,
            (alert, to, isDelivered, attempts) ->
                done.add(alert.key() + (isDelivered ? " taken" : " given up")));
    deliveries.add(delivery);
    return delivery;
  }

  private AlertDelivery delivery(Form form) {
    return delivery(new AlertTarget(form, receiver.url()), false);
  }

  private static Anomaly anomaly(int firstSeq, Anomaly.State state, double grade) {
    return anomaly(firstSeq, state, grade, 4);
  }

  private static Anomaly anomaly(int firstSeq, Anomaly.State state, double grade, int minutes) {
    long start = Epoch.timestampOf(Instant.parse("2026-03-04T05:06:07.008Z"));
    long minute = 60_000_000_000L;
    return new Anomaly(
        "server.omi-7." + firstSeq,
        state,
        "server",
        "omi-7",
        start + 5 * minute,
        start,
        start,
        start + minutes * minute,
        firstSeq,
        firstSeq,
        grade,
        3.21,
        1.1,
        "levelShift",
        List.of(new ChannelPart("c<7>", 0.93, 0.41, 0.33, 0.49, 0.48)),
        1,
        "servers",
        List.of(),
        List.of(),
        List.of(),
        new Impact(minutes * minute, 3, 1, 1, 6.5));
  }

  private void tell(AlertDelivery delivery, int firstSeq, Anomaly.State state, double grade) {
    book.told(anomaly(firstSeq, state, grade)).forEach(delivery::offer);
  }

  @Test
  void aWebhookGetsAlertmanagersOwnBody() {
    AlertDelivery delivery = delivery(Form.WEBHOOK);
    tell(delivery, 417, Anomaly.State.OPEN, 0.6);
    await().until(() -> receiver.taken().size() == 1);
    tell(delivery, 417, Anomaly.State.CLOSED, 0.6);
    await().until(() -> receiver.taken().size() == 2);

    JsonNode firing = receiver.taken().get(0);
    assertThat(firing.get("version").asText()).isEqualTo("4");
    assertThat(firing.get("status").asText()).isEqualTo("firing");
    assertThat(firing.get("receiver").asText()).isEqualTo("tickwatch");
    assertThat(firing.at("/groupLabels/alertname").asText()).isEqualTo("TickwatchAnomaly");
    assertThat(firing.at("/commonLabels/sym").asText()).isEqualTo("omi-7");
    assertThat(firing.at("/externalURL").asText()).isEqualTo("http://localhost:8080");
    JsonNode alert = firing.at("/alerts/0");
    assertThat(alert.get("status").asText()).isEqualTo("firing");
    assertThat(alert.get("labels").properties().stream().map(java.util.Map.Entry::getKey))
        .containsExactlyInAnyOrder("alertname", "source", "sym", "channel", "detector", "severity");
    assertThat(alert.at("/labels/severity").asText()).isEqualTo("major");
    assertThat(alert.get("startsAt").asText()).isEqualTo("2026-03-04T05:06:07.008Z");
    assertThat(alert.get("endsAt").asText()).isEqualTo("0001-01-01T00:00:00Z");
    assertThat(alert.get("generatorURL").asText())
        .isEqualTo("http://localhost:8080/?sym=server%2Fomi-7&t=1772600767008&id=server.omi-7.417");
    assertThat(alert.at("/annotations/description").asText()).contains("levelShift");
    JsonNode resolved = receiver.taken().get(1);
    assertThat(resolved.get("status").asText()).isEqualTo("resolved");
    assertThat(resolved.at("/alerts/0/endsAt").asText()).isEqualTo("2026-03-04T05:11:07.008Z");
    assertThat(resolved.at("/alerts/0/fingerprint")).isEqualTo(alert.get("fingerprint"));
    assertThat(resolved.at("/alerts/0/annotations/summary").asText())
        .isEqualTo("omi-7: c<7> levelShift, grade 0.60, over after 4.0 min");
  }

  @Test
  void whatLastedOneRowIsOverAtOnce() {
    book.told(anomaly(417, Anomaly.State.OPEN, 0.6, 0));

    assertThat(book.told(anomaly(417, Anomaly.State.CLOSED, 0.6, 0)))
        .singleElement()
        .satisfies(
            alert ->
                assertThat(alert.annotations().get("summary"))
                    .endsWith("grade 0.60, over at once"));
  }

  @Test
  void alertmanagerIsToldAgainWhileSomethingGoesOn() {
    AlertDelivery delivery = delivery(Form.ALERTMANAGER);
    tell(delivery, 417, Anomaly.State.OPEN, 0.6);
    await().until(() -> receiver.taken().size() >= 3);
    tell(delivery, 417, Anomaly.State.CLOSED, 0.6);
    await().until(() -> done.size() == 2);
    int taken = receiver.taken().size();

    assertThat(receiver.paths()).containsOnly("/hook/api/v2/alerts");
    JsonNode first = receiver.taken().get(0);
    assertThat(first.isArray()).isTrue();
    assertThat(first.at("/0").has("endsAt")).isFalse();
    assertThat(receiver.taken().get(1)).isEqualTo(first);
    JsonNode last = receiver.taken().get(taken - 1);
    assertThat(last.at("/0/endsAt").asText()).isEqualTo("2026-03-04T05:11:07.008Z");
    assertThat(last.at("/0/labels")).isEqualTo(first.at("/0/labels"));
    assertThat(done).hasSize(2);
    assertThat(delivery.counts().delivered()).isEqualTo(2);
  }

  @Test
  void alertmanagerIsToldAgainOfAllThatGoesOnHoweverManyOthersCome() {
    AlertDelivery delivery = delivery(Form.ALERTMANAGER);
    tell(delivery, 417, Anomaly.State.OPEN, 0.6);
    delivery.offer(
        book.told(
            "server",
            new HealthEvent(
                "server.omi-9.flat.c01.7", "omi-9", Ailment.FLAT, "c01", 1, 0, false, "flat")));
    await().until(() -> done.size() == 2);

    // There is always one more that waits.
    int seq = 1000;
    while (timesTold("server.omi-9.flat.c01.7") < 3) {
      int wanted = done.size() + 1;
      tell(delivery, seq, Anomaly.State.OPEN, 0.3);
      seq++;
      await().until(() -> done.size() == wanted);
    }

    assertThat(timesTold("server.omi-7.417")).isGreaterThan(1);
  }

  private long timesTold(String id) {
    return receiver.taken().stream()
        .filter(body -> body.findValuesAsText("id").contains(id))
        .count();
  }

  @Test
  void slackGetsText() {
    tell(delivery(Form.SLACK), 417, Anomaly.State.OPEN, 0.8);
    await().until(() -> receiver.taken().size() == 1);

    JsonNode body = receiver.taken().get(0);
    assertThat(body.properties()).hasSize(1);
    assertThat(body.get("text").asText())
        .startsWith("CRITICAL: omi-7: c&lt;7&gt; levelShift, grade 0.80, since 2026-03-04")
        .contains("expected 0.41")
        .endsWith("id=server.omi-7.417|show>");
  }

  @ParameterizedTest
  @EnumSource(names = {"FAILS", "HANGS", "HANGS_UP"})
  void whatIsNotTakenIsTriedUntilItIsAndInOrder(Mood mood) {
    receiver.is(mood);
    AlertDelivery delivery = delivery(Form.WEBHOOK);
    tell(delivery, 1, Anomaly.State.OPEN, 0.6);
    await().until(() -> delivery.counts().failures() >= 2);
    tell(delivery, 1, Anomaly.State.CLOSED, 0.6);
    tell(delivery, 2, Anomaly.State.OPEN, 0.6);
    assertThat(delivery.waiting()).isEqualTo(3);
    receiver.is(Mood.TAKES);
    await().until(() -> done.size() == 3);

    assertThat(done)
        .containsExactly(
            "server.omi-7.1 firing major taken",
            "server.omi-7.1 resolved major taken",
            "server.omi-7.2 firing major taken");
    assertThat(delivery.undelivered()).isEmpty();
  }

  @Test
  void aTargetThatIsNotThereYetIsToldWhenItIs() {
    int port = receiver.port();
    receiver.close();
    AlertDelivery delivery =
        delivery(new AlertTarget(Form.WEBHOOK, URI.create("http://localhost:" + port)), false);
    tell(delivery, 1, Anomaly.State.OPEN, 0.6);
    await().until(() -> delivery.counts().failures() >= 1);

    try (Receiver later = new Receiver(port)) {
      await().until(() -> later.taken().size() == 1);
      await().until(() -> done.size() == 1);
    }
  }

  @Test
  void whoStandsInTheUrlIsAuthenticated() {
    URI url = URI.create("http://ann:p%40ss@localhost:" + receiver.port() + "/hook");
    tell(delivery(new AlertTarget(Form.WEBHOOK, url), false), 1, Anomaly.State.OPEN, 0.6);
    tell(delivery(Form.SLACK), 1, Anomaly.State.OPEN, 0.6);
    await().until(() -> receiver.taken().size() == 2);

    String wanted =
        "Basic " + Base64.getEncoder().encodeToString("ann:p@ss".getBytes(StandardCharsets.UTF_8));
    assertThat(receiver.authorizations()).containsExactlyInAnyOrder(wanted, "");
  }

  @Test
  void whatIsRefusedIsGivenUpAndTheNextIsDelivered() {
    receiver.is(Mood.REFUSES);
    AlertDelivery delivery = delivery(Form.WEBHOOK);
    tell(delivery, 1, Anomaly.State.OPEN, 0.6);
    await().until(() -> done.size() == 1);
    receiver.is(Mood.TAKES);
    tell(delivery, 2, Anomaly.State.OPEN, 0.6);
    await().until(() -> done.size() == 2);

    assertThat(done)
        .containsExactly(
            "server.omi-7.1 firing major given up", "server.omi-7.2 firing major taken");
    assertThat(delivery.counts().givenUp()).isEqualTo(1);
    assertThat(receiver.attempts()).isEqualTo(2);
  }

  @Test
  void theOldestIsGivenUpWhereTheQueueIsFull() {
    receiver.is(Mood.FAILS);
    AlertDelivery delivery = delivery(Form.WEBHOOK);
    for (int seq = 0; seq < 12; seq++) {
      tell(delivery, seq, Anomaly.State.OPEN, 0.6);
    }
    assertThat(delivery.waiting()).isEqualTo(8);
    assertThat(delivery.counts().givenUp()).isEqualTo(4);
    receiver.is(Mood.TAKES);
    await().until(() -> delivery.waiting() == 0);

    assertThat(done.subList(0, 4))
        .allMatch(text -> text.endsWith("given up"))
        .first()
        .asString()
        .startsWith("server.omi-7.0 ");
    assertThat(delivery.counts().delivered()).isEqualTo(8);
  }

  @Test
  void theSameAlertIsQueuedOnce() {
    receiver.is(Mood.FAILS);
    AlertDelivery delivery = delivery(Form.WEBHOOK);
    tell(delivery, 1, Anomaly.State.OPEN, 0.6);
    tell(delivery, 1, Anomaly.State.OPEN, 0.6);

    assertThat(delivery.waiting()).isEqualTo(1);
  }

  @Test
  void aHigherSeverityEndsTheLowerAlertAndBeginsItsOwn() {
    assertThat(book.told(anomaly(1, Anomaly.State.OPEN, 0.3)))
        .extracting(Alert::key)
        .containsExactly("server.omi-7.1 firing minor");
    assertThat(book.told(anomaly(1, Anomaly.State.UPDATE, 0.4))).isEmpty();
    assertThat(book.told(anomaly(1, Anomaly.State.UPDATE, 0.9)))
        .extracting(Alert::key)
        .containsExactly("server.omi-7.1 resolved minor", "server.omi-7.1 firing critical");
    assertThat(book.told(anomaly(1, Anomaly.State.CLOSED, 0.9)))
        .extracting(Alert::key)
        .containsExactly("server.omi-7.1 resolved critical");
  }

  @Test
  void aTargetIsToldFromItsLeastSeverityOn() {
    AlertDelivery delivery =
        delivery(new AlertTarget(Form.WEBHOOK, receiver.url(), Severity.CRITICAL), false);
    tell(delivery, 1, Anomaly.State.OPEN, 0.6);
    tell(delivery, 2, Anomaly.State.OPEN, 0.8);
    await().until(() -> done.size() == 1);

    assertThat(done).containsExactly("server.omi-7.2 firing critical taken");
  }

  @Test
  void aDryRunPostsNothing() {
    AlertDelivery delivery = delivery(new AlertTarget(Form.WEBHOOK, receiver.url()), true);
    tell(delivery, 1, Anomaly.State.OPEN, 0.6);
    await().until(() -> delivery.counts().delivered() == 1);

    assertThat(receiver.attempts()).isZero();
    assertThat(done).isEmpty();
  }

  @Test
  void anAlertIsTheSameAfterItWasWrittenAndRead() throws IOException {
    for (Anomaly.State state : List.of(Anomaly.State.OPEN, Anomaly.State.CLOSED)) {
      Alert alert = book.told(anomaly(1, state, 0.6)).get(0);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      alert.save(new DataOutputStream(bytes));

      assertThat(Alert.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()))))
          .isEqualTo(alert);
    }
  }

  @Test
  void settingsAreReadFromJson() throws JsonProcessingException {
    AlertSettings settings =
        AlertSettings.read(
            new ObjectMapper()
                .readTree(
                    """
                    {"sinks": [{"type": "webhook", "url": "http://a/b", "leastSeverity": "major"},
                               {"type": "slack", "url": "https://hooks.example/T/B/x"}],
                     "health": true, "timeoutSeconds": 2.5, "dashboardUrl": "http://d:8080"}
                    """));

    assertThat(settings.targets())
        .containsExactly(
            new AlertTarget(Form.WEBHOOK, URI.create("http://a/b"), Severity.MAJOR),
            new AlertTarget(Form.SLACK, URI.create("https://hooks.example/T/B/x")));
    assertThat(settings.targets().get(1)).hasToString("slack at hooks.example");
    assertThat(settings.isHealthTold()).isTrue();
    assertThat(settings.isDryRun()).isFalse();
    assertThat(settings.patience().timeout()).isEqualTo(Duration.ofMillis(2500));
    assertThat(settings.dashboard()).isEqualTo(URI.create("http://d:8080"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'sinks': [{'type': 'mail', 'url': 'http://a'}]} | alerts.sinks[].type: \"mail\" (expected: one of [webhook, alertmanager, slack])",
        "{'sinks': [{'type': 'slack', 'url': 'a b'}]} | alerts.sinks[].url: not a URL",
        "{'sinks': [{'type': 'slack', 'url': 'ftp://a'}]} | slack: not a URL that starts with http",
        "{'sinks': [{'type': 'slack', 'url': 'http://a:99999'}]} | slack: port 99999 (expected: 1 to 65535)",
        "{'sink': []} | alerts.sink is not known (expected: dashboardUrl, dryRun",
        "{'queue': 0} | alerts: timeoutSeconds 10.0, queue 0",
        "{'dryRun': 'yes'} | alerts.dryRun: \"yes\" (expected: true or false)",
        "{'timeoutSeconds': '2'} | alerts.timeoutSeconds: \"2\" (expected: a number)",
        "{'sinks': {'type': 'slack'}} | alerts.sinks: {\"type\":\"slack\"} (expected: a list",
        "{'dashboardUrl': 'localhost:8080'} | dashboard URL: localhost:8080 (expected: one that starts",
        "{'dashboardUrl': '/here'} | dashboard URL: /here (expected: one that starts"
      })
  void whatIsWrongIsNamed(String json, String message) {
    assertThatThrownBy(
            () -> AlertSettings.read(new ObjectMapper().readTree(json.replace('\'', '"'))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
