package tickwatch.detector.analysis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import tickwatch.detector.event.JudgedRow;

/**
 * One channel's part in an anomaly, in the channel's own unit.
 *
 * @param channel its name
 * @param actual the value that came; NaN if it is missing
 * @param expected the forecast
 * @param lower the lower edge of the expected band
 * @param upper the upper edge
 * @param contribution its share of the row's score, 0 to 1
 */
public record ChannelPart(
    String channel,
    double actual,
    double expected,
    double lower,
    double upper,
    double contribution) {
  /** The channels of a row, those that contributed most first; equal ones in their order. */
  public static List<ChannelPart> ranked(JudgedRow row, List<String> channels) {
    List<ChannelPart> parts = new ArrayList<>(channels.size());
    for (int c = 0; c < channels.size(); c++) {
      double expected = row.expected(c);
      double half = row.halfBand(c);
      parts.add(
          new ChannelPart(
              channels.get(c),
              row.actual(c),
              expected,
              expected - half,
              expected + half,
              row.share(c)));
    }
    parts.sort(Comparator.comparingDouble(ChannelPart::contribution).reversed());
    return List.copyOf(parts);
  }
}
