package tickwatch.app;

import java.util.Map;
import tickwatch.series.Params;
import tickwatch.series.generate.Simulation;

/** A simulation as flags give it: a preset's name, or JSON. */
final class SimulationText {
  private static final String FLAG = "--simulate";

  private SimulationText() {}

  static Simulation parse(String text) {
    Map<?, ?> values =
        text.trim().startsWith("{") ? JsonText.object(FLAG, text) : Map.of("preset", text.trim());
    return SeriesFlags.read(() -> Simulation.of(new Params(FLAG, values)));
  }
}
