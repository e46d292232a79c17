package tickwatch.detector.event;

import java.util.List;
import tickwatch.detector.ensemble.MemberScore;

/**
 * What is known of one scored row, channel by channel, in the channels' own units.
 *
 * <p>An object of this kind may serve row after row: read it, do not keep it.
 */
public interface JudgedRow {
  int channels();

  /** The value that came; NaN if it is missing. */
  double actual(int channel);

  /** The value that was expected. */
  double expected(int channel);

  /** Half the width of the band around it, above 0. */
  double halfBand(int channel);

  /** The channel's part of the score, 0 to 1; all parts make 1, or 0 if nothing was wrong. */
  double share(int channel);

  /** What each of several detectors says of it; empty where one judges alone. To be kept. */
  List<MemberScore> members();
}
