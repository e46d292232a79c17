package tickwatch.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What compose's Prometheus and Grafana show is what the processes tell. */
class ObservabilityTest {
  private static final Pattern METRIC = Pattern.compile("\\b(?:tickwatch|jvm)_\\w+");
  private static final Path FILES = TickSystem.PROJECT.resolve("docker/observability");

  @Test
  void everyMetricOfTheGrafanaPageAndTheAlertRulesIsThere(
      @TempDir(cleanup = CleanupMode.NEVER) Path directory) throws IOException {
    Set<String> shown = metricsIn(Files.readString(FILES.resolve("alerts.yml")));
    shown.addAll(metricsIn(Files.readString(FILES.resolve("grafana/dashboards/tickwatch.json"))));
    try (TickSystem system = new TickSystem(directory)) {
      system.tickerplant(TickSystem.PROJECT.resolve("schemas/server.q"));
      system.rdb();
      system.detector(TickSystem.PROJECT.resolve("models/servers"), "server");
      system.dashboard();

      Set<String> told = new TreeSet<>();
      for (String process : List.of("tickerplant", "rdb", "detector", "dashboard")) {
        HttpResponse<String> answer =
            Objects.requireNonNull(system.get(process, "/metrics"), process);
        told.addAll(metricsIn(answer.body()));
      }

      assertThat(shown).hasSizeGreaterThan(20);
      assertThat(told).containsAll(shown);
    }
  }

  private static Set<String> metricsIn(String text) {
    return METRIC
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
