package tickwatch.series.generate;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tickwatch.series.DType;
import tickwatch.series.Params;
import tickwatch.series.SeriesException;
import tickwatch.series.random.Noise;
import tickwatch.series.random.Xoshiro256;

/**
 * Rows of several channels for several sensors, with labelled anomalies: what a feed publishes when
 * there is nothing to measure.
 *
 * <p>Channel c of sensor s is a series of its own seed, so row i of a sensor has value i of each of
 * its channels, and any row can be computed at once: a simulation resumes where it was left.
 *
 * @param syms the sensors' names
 * @param channels at least one; sensors × channels is at most {@link #MAX_SERIES}
 * @param start the time of the rows number 0, 1970 to 2262
 * @param step time from one row of a sensor to its next, above 0, in whole nanoseconds
 */
public record Simulation(
    List<String> syms, List<Channel> channels, long seed, Instant start, Duration step) {
  /** The most series that a simulation has. */
  public static final int MAX_SERIES = 65_536;

  private static final long PURPOSE_CHANNEL = 4;
  private static final Instant FIRST_OF_2026 = Instant.parse("2026-01-01T00:00:00Z");
  private static final String PRESETS = "ewma or plant";

  /** One channel: its name and what its values are made of. */
  public record Channel(String name, Recipe recipe) {}

  public Simulation {
    syms = List.copyOf(syms);
    channels = List.copyOf(channels);
    if (syms.isEmpty() || channels.isEmpty()) {
      throw new SeriesException(
          "simulate: "
              + syms.size()
              + " syms, "
              + channels.size()
              + " channels (expected: at least one of each)");
    }
    Set<String> names = new HashSet<>();
    for (Channel channel : channels) {
      if (channel.name().isEmpty() || !names.add(channel.name())) {
        throw new SeriesException(
            "simulate: channel name \""
                + channel.name()
                + "\" (expected: different names, none empty)");
      }
    }
    if (new HashSet<>(syms).size() != syms.size() || syms.contains("")) {
      throw new SeriesException(
          "simulate: syms " + syms + " (expected: different names, none empty)");
    }
    if ((long) syms.size() * channels.size() > MAX_SERIES) {
      throw new SeriesException(
          "simulate: "
              + syms.size()
              + " syms of "
              + channels.size()
              + " channels (expected: at most "
              + MAX_SERIES
              + " series in all)");
    }
    if (step.isZero() || step.isNegative()) {
      throw new SeriesException("simulate: step " + step + " (expected: more than nothing)");
    }
  }

  /**
   * From parameters.
   *
   * <pre>
   *   {"preset": "ewma"}
   *   {"sym": ["s1", "s2"], "seed": 7, "start": "2026-01-01T00:00:00Z", "stepSeconds": 1, "channels": [
   *      {"name": "temperature", "type": "normal", "mean": 20, "std": 0.5, "seasonality": {"amplitude": 5, "period": 1440},
   *       "trend": 0, "drift": {"std": 1, "every": 10000}, "anomalies": {"rate": 0.01}}]}
   * </pre>
   *
   * <p>Presets: {@code ewma}, one channel {@code reading} of level 50, a sine of amplitude 10 and
   * period 50, noise of deviation 2, and a normal of mean 30 and deviation 10 added to 5 % of the
   * values; {@code plant}, temperature, pressure and power of a plant at one row a minute, with
   * days and weeks, and 0.2 % anomalies. All but the channels may stand beside a preset.
   */
  public static Simulation of(Params params) {
    String preset = params.text("preset");
    List<Params> described = params.objects("channels");
    List<String> syms = params.texts("sym");
    long seed = params.whole("seed", -(1L << 53), 1L << 53, 1);
    Instant start = start(params);
    double step = params.between("stepSeconds", 1e-9, 1e9, "plant".equals(preset) ? 60 : 1);
    params.done();
    if (preset != null && !described.isEmpty()) {
      throw params.wrong("preset", preset, "a preset or channels, not both");
    }
    List<Channel> channels = new ArrayList<>();
    if (preset != null) {
      channels.addAll(preset(params, preset));
    }
    for (Params channel : described) {
      String name = channel.text("name");
      String type = channel.text("type");
      if (name == null) {
        throw channel.wrong("name", null, "the channel's name");
      }
      channels.add(
          new Channel(name, Recipe.of(type == null ? "normal" : type, channel, List.of(), null)));
    }
    if (channels.isEmpty()) {
      throw params.wrong("channels", null, "a list of channels, or a preset: " + PRESETS);
    }
    return new Simulation(
        syms.isEmpty() ? List.of("sim") : syms,
        channels,
        seed,
        start,
        Duration.ofNanos(Math.round(step * 1e9)));
  }

  private static Instant start(Params params) {
    String text = params.text("start");
    if (text == null) {
      return FIRST_OF_2026;
    }
    try {
      Instant start = Instant.parse(text.endsWith("Z") ? text : text + "Z");
      if (!start.isBefore(Instant.EPOCH) && start.isBefore(Instant.parse("2262-01-01T00:00:00Z"))) {
        return start;
      }
    } catch (DateTimeParseException e) {
      // said below
    }
    throw params.wrong("start", text, "a time in UTC from 1970 to 2261, as 2026-01-01T00:00:00Z");
  }

  private static List<Channel> preset(Params params, String name) {
    return switch (name) {
      case "ewma" ->
          List.of(
              new Channel(
                  "reading",
                  recipe(
                      50,
                      2,
                      List.of(new Seasonality(10, 50, 0)),
                      Drift.NONE,
                      new Anomalies(0.05, List.of(AnomalyKind.SPIKE), 1, 30, 10, false, 1, 0))));
      case "plant" ->
          List.of(
              new Channel("temperature", plant(20.5, 0.4, 5, 2, 0)),
              new Channel("pressure", plant(100, 0.3, 0.6, 0.2, 1)),
              new Channel("power", plant(480, 9, 60, 90, 2)));
      default -> throw params.wrong("preset", name, PRESETS);
    };
  }

  private static Recipe plant(
      double level, double noise, double daily, double weekly, double phase) {
    Distribution distribution = new Distribution.Normal(level, noise);
    return recipe(
        level,
        noise,
        List.of(new Seasonality(daily, 1440, phase), new Seasonality(weekly, 10_080, phase)),
        new Drift(noise, 20_160),
        Anomalies.ofRate(0.002, distribution));
  }

  private static Recipe recipe(
      double level, double noise, List<Seasonality> seasons, Drift drift, Anomalies anomalies) {
    return new Recipe(
        Noise.Kind.ZIGGURAT, new Distribution.Normal(level, noise), seasons, 0, drift, anomalies);
  }

  /** All that the rows depend on, as a JSON object. */
  public String json() {
    return "{\"start\": \""
        + start
        + "\", \"stepNanos\": "
        + step.toNanos()
        + ", \"sym\": ["
        + syms.stream().map(Simulation::quoted).collect(Collectors.joining(", "))
        + "], \"channels\": ["
        + channels.stream()
            .map(
                channel ->
                    "{\"name\": "
                        + quoted(channel.name())
                        + ", "
                        + channel.recipe().json(seed, DType.F8)
                        + "}")
            .collect(Collectors.joining(", "))
        + "]}";
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** A reader of the values; each thread needs its own. */
  public Reader reader() {
    return new Reader();
  }

  /**
   * Reads the values and the labels of any sensor and channel.
   *
   * <p><b>Threads.</b> One thread.
   */
  public final class Reader {
    private final Generator[] generators =
        channels.stream()
            .map(channel -> new Generator(channel.recipe(), seed))
            .toArray(Generator[]::new);

    private Reader() {}

    /**
     * Writes the values of rows {@code from} to {@code from + count - 1} to the start of {@code
     * out}.
     *
     * @param sym place in {@link #syms}
     * @param channel place in {@link #channels}
     */
    public void fill(int sym, int channel, long from, double[] out, int count) {
      generator(sym, channel).fill(from, out, 0, count);
    }

    /**
     * The anomalies of a sensor's channel that touch rows {@code from} to {@code from + count - 1},
     * in order of their starts.
     */
    public List<Label> labels(int sym, int channel, long from, long count) {
      Generator generator = generator(sym, channel);
      List<Label> labels = new ArrayList<>();
      for (long block = from / Noise.BLOCK; block * Noise.BLOCK < from + count; block++) {
        for (Label label : generator.labels(block)) {
          if (label.start() < from + count && label.start() + label.length() > from) {
            labels.add(label);
          }
        }
      }
      return labels;
    }

    private Generator generator(int sym, int channel) {
      Generator generator = generators[channel];
      generator.turnTo(Xoshiro256.of(seed, PURPOSE_CHANNEL, (long) sym * 65_536 + channel).next());
      return generator;
    }
  }
}
