package tickwatch.series.generate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
 * @param channels at least one
 */
public record Simulation(List<String> syms, List<Channel> channels, long seed) {
  private static final long PURPOSE_CHANNEL = 4;

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
    if (new HashSet<>(syms).size() != syms.size()) {
      throw new SeriesException("simulate: syms " + syms + " (expected: different names)");
    }
  }

  /**
   * From parameters.
   *
   * <pre>
   *   {"preset": "ewma"}
   *   {"sym": ["s1", "s2"], "seed": 7, "channels": [
   *      {"name": "temperature", "type": "normal", "mean": 20, "std": 0.5, "seasonality": {"amplitude": 5, "period": 1440},
   *       "trend": 0, "drift": {"std": 1, "every": 10000}, "anomalies": {"rate": 0.01}}]}
   * </pre>
   *
   * <p>Presets: {@code ewma}, one channel {@code value} of level 50, a sine of amplitude 10 and
   * period 50, noise of deviation 2, and a normal of mean 30 and deviation 10 added to 5 % of the
   * values; {@code plant}, temperature, pressure and power of a plant at one row a minute, with
   * days and weeks, and 0.2 % anomalies. {@code sym} and {@code seed} may stand beside a preset.
   */
  public static Simulation of(Params params) {
    String preset = params.text("preset");
    List<Params> described = params.objects("channels");
    List<String> syms = params.texts("sym");
    long seed = params.whole("seed", -(1L << 53), 1L << 53, 1);
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
      throw params.wrong("channels", null, "a list of channels, or a preset: ewma or plant");
    }
    return new Simulation(syms.isEmpty() ? List.of("sim") : syms, channels, seed);
  }

  private static List<Channel> preset(Params params, String name) {
    return switch (name) {
      case "ewma" ->
          List.of(
              new Channel(
                  "value",
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
      default -> throw params.wrong("preset", name, "ewma or plant");
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

  /** An anomaly of one channel. */
  public record ChannelLabel(String channel, Label label) {}

  /** The rows of one sensor, by its place in {@link #syms}. */
  public Rows rows(int sym) {
    return new Rows(sym);
  }

  /**
   * The rows of one sensor.
   *
   * <p><b>Threads.</b> One thread.
   */
  public final class Rows {
    private final List<Generator> generators = new ArrayList<>();

    private Rows(int sym) {
      for (int c = 0; c < channels.size(); c++) {
        long own = Xoshiro256.of(seed, PURPOSE_CHANNEL, (long) sym * 65_536 + c).next();
        generators.add(new Generator(channels.get(c).recipe(), own));
      }
    }

    /**
     * Writes rows {@code from} to {@code from + count - 1}.
     *
     * @param columns channels × at least {@code count}
     */
    public void fill(long from, double[][] columns, int count) {
      for (int c = 0; c < generators.size(); c++) {
        generators.get(c).fill(from, columns[c], 0, count);
      }
    }

    /**
     * The anomalies that touch rows {@code from} to {@code from + count - 1}, in order of their
     * starts.
     */
    public List<ChannelLabel> labels(long from, int count) {
      List<ChannelLabel> labels = new ArrayList<>();
      for (int c = 0; c < generators.size(); c++) {
        for (long block = from / Noise.BLOCK; block * Noise.BLOCK < from + count; block++) {
          for (Label label : generators.get(c).labels(block)) {
            if (label.start() < from + count && label.start() + label.length() > from) {
              labels.add(new ChannelLabel(channels.get(c).name(), label));
            }
          }
        }
      }
      labels.sort(Comparator.comparingLong(each -> each.label().start()));
      return labels;
    }
  }
}
