package tickwatch.detector.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelDirectoryTest {
  private static final String SHORT =
      """
      {"formatVersion": 1, "name": "lstm", "input": {"window": 15, "horizon": 1, "channels": [
         {"name": "temperature", "centre": 20.5, "scale": 7.7},
         {"name": "pressure", "centre": 100.0, "scale": 0.71}]},
       "threshold": {"method": "perChannel", "values": [0.117, 0.113]}}
      """;

  private static final String FULL =
      """
      {"formatVersion": 1, "name": "two", "version": "3", "file": "net.pt",
       "sha256": "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a",
       "input": {"window": 4, "clip": 5.0, "channels": [
         {"name": "a", "unit": "K", "centre": 1, "scale": 2},
         {"name": "b", "centre": 3, "scale": 4}]},
       "residual": {"scale": [0.5, 0.25], "clip": 20.0, "power": 1.5, "band": 2},
       "score": {"cap": 8, "speeds": [{"halfLife": 0, "q99": 1.7}, {"halfLife": 5, "q99": 1.3}]},
       "threshold": {"method": "pot", "value": 1.4, "normal": 0.5},
       "syms": {"s1": {"threshold": {"method": "fixed", "value": 2.5}},
                "s2": {"channels": [{"name": "a", "centre": 10, "scale": 1},
                                    {"name": "b", "centre": 0, "scale": 1}]}},
       "batchSizes": [1, 16]}
      """;

  @TempDir Path directory;

  @BeforeEach
  void writeNetwork() throws IOException {
    Files.write(directory.resolve("model.pt"), new byte[] {1});
    Files.write(directory.resolve("net.pt"), new byte[] {1});
  }

  private Model read(String json) throws IOException {
    Files.writeString(directory.resolve("model.json"), json);
    return ModelDirectory.read(directory).model();
  }

  @Test
  void readsTheFullForm() throws IOException {
    Model model = read(FULL);

    assertThat(model.name()).isEqualTo("two");
    assertThat(model.channels()).containsExactly("a", "b");
    assertThat(model.rowsBefore()).isEqualTo(4);
    assertThat(model.inputClip()).isEqualTo(5);
    assertThat(model.batchSizes()).isEqualTo(List.of(1, 16));
    Scoring.Normalised defaults = (Scoring.Normalised) model.of("other").scoring();
    assertThat(defaults.cap()).isEqualTo(8);
    assertThat(defaults.power()).isEqualTo(1.5);
    assertThat(defaults.halfBand(1)).isEqualTo(0.5);
    assertThat(defaults.threshold()).isEqualTo(1.4);
    assertThat(model.of("s1").scoring().threshold()).isEqualTo(2.5);
    assertThat(model.of("s1").scoring().normal()).isEqualTo(0);
    assertThat(model.of("s1").scaler().value(0, 1)).isEqualTo(3);
    assertThat(model.of("s2").scaler().value(0, 1)).isEqualTo(11);
    assertThat(model.of("s2").scoring().threshold()).isEqualTo(1.4);
  }

  @Test
  void readsTheShortForm() throws IOException {
    Model model = read(SHORT);

    assertThat(model.window()).isEqualTo(15);
    assertThat(model.inputClip()).isInfinite();
    assertThat(model.batchSizes()).containsExactly(1, 8, 32, 128);
    assertThat(model.defaults().scoring())
        .isInstanceOfSatisfying(
            Scoring.PerChannel.class, scoring -> assertThat(scoring.value(1)).isEqualTo(0.113));
  }

  @Test
  void checksTheHashOfTheShortFormWhereItIsGiven() {
    assertThatThrownBy(
            () -> read(SHORT.replace("\"name\": \"lstm\"", "\"name\": \"l\", \"sha256\": \"00\"")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("sha256 is 4bf5122f")
        .hasMessageContaining("expected: 00");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"formatVersion\": 1|\"formatVersion\": 2|formatVersion: 2 (expected: 1",
        "\"formatVersion\": 1,||formatVersion is missing",
        "4bf5122f|4bf5122e|sha256 is 4bf5122f",
        "\"net.pt\"|\"../net.pt\"|file: \"../net.pt\" (expected: a file name",
        "\"net.pt\"|\"none.pt\"|no such file",
        "\"window\": 4|\"window\": 0|input.window: 0 (expected: a whole number from 1",
        "\"window\": 4|\"window\": 4.5|input.window: 4.5",
        "\"window\": 4|\"window\": 4, \"horizon\": -1|input.horizon: -1",
        "\"scale\": 2}|\"scale\": 0}|input.channels[0].scale: 0.0 (expected: above 0",
        "\"centre\": 1,|\"centre\": null,|input.channels[0].centre is missing",
        "\"centre\": 1,|\"centre\": 1e999,|input.channels[0].centre: ",
        "\"name\": \"b\", \"centre\": 3|\"name\": \"a\", \"centre\": 3|name: \"a\" (expected: a name, each once",
        "[0.5, 0.25]|[0.5]|residual.scale: 1 numbers (expected: 2 numbers",
        "[0.5, 0.25]|[0.5, -1]|residual.scale[1]: -1.0 (expected: above 0",
        "\"power\": 1.5|\"power\": 0|residual.power: 0.0",
        "\"cap\": 8|\"cap\": -1|score.cap: -1.0",
        "\"q99\": 1.3|\"q99\": 0|score.speeds[1].q99: 0.0",
        "\"halfLife\": 5|\"halfLife\": -5|score.speeds[1].halfLife: -5.0",
        "\"normal\": 0.5|\"normal\": 1.4|threshold.normal: 1.4 (expected: less than value",
        "\"pot\"|\"magic\"|threshold.method: \"magic\" (expected: pot, fixed or perChannel",
        "\"name\": \"b\", \"centre\": 0|\"name\": \"c\", \"centre\": 0|syms.s2.channels: [a, c]",
        "\"batchSizes\": [1, 16]|\"batchSizes\": [16, 1]|batchSizes: [16,1] (expected: ascending",
        "\"batchSizes\": [1, 16]|\"batchSizes\": []|batchSizes: []",
        "\"input\"|\"inputs\"|input is missing",
      })
  void refusesWithTheMemberWhatWasFoundAndWhatWasExpected(
      String old, String changed, String sentence) {
    assertThat(FULL).contains(old);
    assertThatThrownBy(
            () -> read(FULL.replaceFirst(java.util.regex.Pattern.quote(old), quoted(changed))))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(directory.toString())
        .hasMessageContaining(sentence);
  }

  private static String quoted(@org.jspecify.annotations.Nullable String replacement) {
    return replacement == null ? "" : java.util.regex.Matcher.quoteReplacement(replacement);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{|not JSON",
        "[]|the whole is no object",
        "{}|formatVersion is missing",
        "``|no object"
      })
  void refusesWhatIsNoModelAtAll(String json, String sentence) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("model.json")
        .hasMessageContaining(sentence);
  }

  @Test
  void refusesADirectoryThatIsNotThere() {
    assertThatThrownBy(() -> ModelDirectory.read(directory.resolve("none")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("no such directory");
    assertThatThrownBy(() -> ModelDirectory.read(directory))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("model.json: no such file");
  }
}
