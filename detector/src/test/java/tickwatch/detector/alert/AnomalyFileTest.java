package tickwatch.detector.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.detector.analysis.Anomaly;
import tickwatch.detector.analysis.ChannelPart;
import tickwatch.detector.analysis.Companion;
import tickwatch.detector.analysis.Impact;
import tickwatch.detector.analysis.Similar;
import tickwatch.detector.ensemble.MemberScore;
import tickwatch.ipc.value.Epoch;

class AnomalyFileTest {
  @TempDir Path directory;

  private static Anomaly anomaly(int firstSeq, Anomaly.State state) {
    long time = Epoch.timestampOf(Instant.parse("2026-03-04T05:06:07.008Z")) + firstSeq;
    return new Anomaly(
        "server.omi-7." + firstSeq,
        state,
        "server",
        "omi-7",
        time,
        time,
        time,
        time,
        firstSeq,
        firstSeq,
        0.614,
        3.21,
        1.1,
        "",
        List.of(
            new ChannelPart("c07", 0.93, 0.41, 0.33, 0.49, 0.48),
            new ChannelPart("c03", Double.NaN, 1200000, 1, 2, 0.0)),
        1,
        "servers",
        List.of(new MemberScore("stl", 0.4, 5.25), new MemberScore("forest", 0.3, Double.NaN)),
        List.of(new Similar("server.omi-7.3", 0.125, "falseAlarm")),
        List.of(new Companion("omi-9", "server.omi-9.411", -60_000_000_000L)),
        new Impact(0, 1, 1, 2, 6.5));
  }

  @Test
  void writesOneJsonLineForEach() throws IOException {
    Path file = directory.resolve("var/log/anomalies.jsonl");
    try (AnomalyFile anomalies = AnomalyFile.open(file)) {
      assertThat(anomalies.append(anomaly(417, Anomaly.State.OPEN))).isTrue();
      assertThat(anomalies.append(anomaly(417, Anomaly.State.CLOSED))).isTrue();
    }

    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(2);
    JsonNode open = new ObjectMapper().readTree(lines.get(0));
    assertThat(open.get("time").asText()).isEqualTo("2026-03-04T05:06:07.008000417Z");
    assertThat(open.get("state").asText()).isEqualTo("open");
    assertThat(open.get("id").asText()).isEqualTo("server.omi-7.417");
    assertThat(open.get("channel").asText()).isEqualTo("c07");
    assertThat(open.get("expected").asDouble()).isEqualTo(0.41);
    assertThat(open.get("channels").get(1).get("actual").isNull()).isTrue();
    assertThat(open.get("cause").asText())
        .isEqualTo(
            "c07 0.93, expected 0.41 (0.33 to 0.49), 48 %; by stl 5.25, forest missing; with"
                + " omi-9 60 s before; like server.omi-7.3 (falseAlarm)");
    assertThat(open.get("members").toString())
        .isEqualTo(
            "[{\"name\":\"stl\",\"weight\":0.4,\"score\":5.25},"
                + "{\"name\":\"forest\",\"weight\":0.3,\"score\":null}]");
    assertThat(open.get("severity").asText()).isEqualTo("major");
    assertThat(open.at("/similar/0/distance").asDouble()).isEqualTo(0.125);
    assertThat(open.at("/companions/0/lagSeconds").asDouble()).isEqualTo(-60);
    assertThat(open.at("/impact/deviation").asDouble()).isEqualTo(6.5);
  }

  @Test
  void doesNotRepeatWhatIsInTheFile() throws IOException {
    Path file = directory.resolve("anomalies.jsonl");
    try (AnomalyFile anomalies = AnomalyFile.open(file)) {
      anomalies.append(anomaly(1, Anomaly.State.OPEN));
    }

    try (AnomalyFile anomalies = AnomalyFile.open(file)) {
      assertThat(anomalies.append(anomaly(1, Anomaly.State.OPEN))).isFalse();
      assertThat(anomalies.append(anomaly(1, Anomaly.State.CLOSED))).isTrue();
      assertThat(anomalies.append(anomaly(2, Anomaly.State.OPEN))).isTrue();
    }
    assertThat(Files.readAllLines(file)).hasSize(3);
  }

  @Test
  void doesNotRepeatWhatItHasWrittenItself() throws IOException {
    Path file = directory.resolve("anomalies.jsonl");
    try (AnomalyFile anomalies = AnomalyFile.open(file)) {
      anomalies.append(anomaly(1, Anomaly.State.OPEN));

      assertThat(anomalies.append(anomaly(1, Anomaly.State.OPEN))).isFalse();
    }
    assertThat(Files.readAllLines(file)).hasSize(1);
  }

  @Test
  void writesALineAgainThatACrashCutOff() throws IOException {
    Path file = directory.resolve("anomalies.jsonl");
    try (AnomalyFile anomalies = AnomalyFile.open(file)) {
      anomalies.append(anomaly(1, Anomaly.State.OPEN));
      anomalies.append(anomaly(2, Anomaly.State.OPEN));
    }
    byte[] whole = Files.readAllBytes(file);
    Files.write(
        file,
        java.util.Arrays.copyOf(whole, whole.length - 5),
        StandardOpenOption.TRUNCATE_EXISTING);

    try (AnomalyFile anomalies = AnomalyFile.open(file)) {
      assertThat(anomalies.append(anomaly(1, Anomaly.State.OPEN))).isFalse();
      assertThat(anomalies.append(anomaly(2, Anomaly.State.OPEN))).isTrue();
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(whole);
  }

  @Test
  void saysWhichFileCannotBeWritten() {
    assertThatThrownBy(() -> AnomalyFile.open(directory))
        .isInstanceOf(AlertException.class)
        .hasMessageContaining(directory.toString());
  }

  @Test
  void theConsoleLineNamesSensorChannelsAndNumbers() {
    assertThat(AnomalyConsole.line(anomaly(417, Anomaly.State.OPEN)))
        .isEqualTo(
            "ANOMALY omi-7 2026-03-04 05:06:07.008  score 3.21 (threshold 1.1) grade 0.61:"
                + " c07 0.93, expected 0.41 (0.33 to 0.49), 48 %  id server.omi-7.417");
  }
}
