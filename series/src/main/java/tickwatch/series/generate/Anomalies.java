package tickwatch.series.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tickwatch.series.Params;
import tickwatch.series.SeriesException;
import tickwatch.series.random.Noise;
import tickwatch.series.random.Xoshiro256;

/**
 * Which anomalies are injected into a series, and how often.
 *
 * <p>A stretch that would cross the end of a block of {@link Noise#BLOCK} values is cut off there,
 * so a block knows its anomalies without looking at another.
 *
 * @param rate the share of all values that are anomalous, 0 to 0.5
 * @param kinds which, each as often as the others
 * @param length values of a shift, a change of variance or a drop-out, 1 to 4096
 * @param size mean of what a spike or a shift adds; its sign is random where {@code bothSigns}
 * @param spread standard deviation of the same
 * @param factor by which a change of variance multiplies the noise
 * @param dropTo the value of a drop-out; may be NaN
 */
public record Anomalies(
    double rate,
    List<AnomalyKind> kinds,
    int length,
    double size,
    double spread,
    boolean bothSigns,
    double factor,
    double dropTo) {
  /** No anomalies. */
  public static final Anomalies NONE =
      new Anomalies(0, List.of(AnomalyKind.SPIKE), 1, 0, 0, false, 1, 0);

  private static final long PURPOSE_ANOMALIES = 2;

  public Anomalies {
    kinds = List.copyOf(kinds);
    if (!(rate >= 0 && rate <= 0.5)) {
      throw new SeriesException(
          "anomalies.rate: " + rate + " (expected: 0 to 0.5, the share of all values)");
    }
    if (kinds.isEmpty() || length < 1 || length > Noise.BLOCK / 2) {
      throw new SeriesException(
          "anomalies: kinds "
              + kinds
              + ", length "
              + length
              + " (expected: at least one kind, length from 1 to "
              + Noise.BLOCK / 2
              + ")");
    }
  }

  /** All kinds, of eight standard deviations of the noise, 50 values long. */
  public static Anomalies ofRate(double rate, Distribution noise) {
    return new Anomalies(
        rate, List.of(AnomalyKind.values()), 50, 8 * unit(noise), unit(noise), true, 4, 0);
  }

  /**
   * From JSON, with {@link #ofRate} as the default; {@code "dropTo": "nan"} makes a drop-out's
   * values missing.
   */
  static Anomalies of(Params params, Distribution noise) {
    List<AnomalyKind> kinds = params.texts("kinds").stream().map(AnomalyKind::parse).toList();
    boolean missing = false;
    double dropTo = 0;
    try {
      missing = "nan".equalsIgnoreCase(params.text("dropTo"));
    } catch (SeriesException isNumber) {
      dropTo = params.number("dropTo", 0);
    }
    Anomalies anomalies =
        new Anomalies(
            params.between("rate", 0, 0.5, 0.01),
            kinds.isEmpty() ? List.of(AnomalyKind.values()) : kinds,
            (int) params.whole("length", 1, Noise.BLOCK / 2, 50),
            params.number("size", 8 * unit(noise)),
            params.between("spread", 0, Double.MAX_VALUE, unit(noise)),
            params.flag("bothSigns", true),
            params.positive("factor", 4),
            missing ? Double.NaN : dropTo);
    params.done();
    return anomalies;
  }

  private static double unit(Distribution noise) {
    return noise.deviation() > 0 ? noise.deviation() : 1;
  }

  boolean isNone() {
    return rate == 0;
  }

  /** The anomalies of a block, in order, none overlapping another. */
  List<Label> in(long seed, long block) {
    List<Label> labels = new ArrayList<>();
    if (isNone()) {
      return labels;
    }
    double meanLength = 0;
    for (AnomalyKind kind : kinds) {
      meanLength += (double) lengthOf(kind) / kinds.size();
    }
    // Runs of normal values between two stretches are geometric; their mean makes the stretches'
    // share the rate.
    double meanGap = meanLength * (1 - rate) / rate;
    double logStay = StrictMath.log1p(-1 / (meanGap + 1));
    Xoshiro256 random = Xoshiro256.of(seed, PURPOSE_ANOMALIES, block);
    long first = block * Noise.BLOCK;
    double at = StrictMath.floor(StrictMath.log(random.unit()) / logStay);
    while (at < Noise.BLOCK) {
      AnomalyKind kind = kinds.get(random.below(kinds.size()));
      int from = (int) at;
      int cut = Math.min(lengthOf(kind), Noise.BLOCK - from);
      double drawn = size + spread * random.normal();
      boolean minus = random.below(2) == 1;
      double amount =
          switch (kind) {
            case SPIKE, SHIFT -> bothSigns && minus ? -drawn : drawn;
            case VARIANCE -> factor;
            case DROP_OUT -> dropTo;
          };
      labels.add(new Label(kind, first + from, cut, amount));
      at += cut + StrictMath.floor(StrictMath.log(random.unit()) / logStay);
    }
    return labels;
  }

  private int lengthOf(AnomalyKind kind) {
    return kind == AnomalyKind.SPIKE ? 1 : length;
  }

  String json() {
    return "{\"rate\": "
        + rate
        + ", \"kinds\": ["
        + kinds.stream().map(kind -> '"' + kind.text() + '"').collect(Collectors.joining(", "))
        + "], \"length\": "
        + length
        + ", \"size\": "
        + size
        + ", \"spread\": "
        + spread
        + ", \"bothSigns\": "
        + bothSigns
        + ", \"factor\": "
        + factor
        + ", \"dropTo\": "
        + (Double.isNaN(dropTo) ? "\"nan\"" : Double.toString(dropTo))
        + "}";
  }
}
