package tickwatch.detector.ensemble;

/** What a row's score is made of. */
public enum RowScore {
  /** What the members say of all channels together. */
  OF_MEMBERS,
  /** The channel that is highest above a level of its own. */
  OF_CHANNELS,
  /**
   * How many deviations the channel is off that is off most, as the only member says: nothing is
   * learnt for it from normal rows, so that anomalies among them do no harm. A value counts in its
   * own row alone.
   */
  OF_DEVIATIONS
}
