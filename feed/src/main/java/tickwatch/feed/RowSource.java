package tickwatch.feed;

/** Where the rows of a feed come from. */
public sealed interface RowSource permits CsvOptions, SimulationOptions {

  /** What it is called within a publisher's name, with a hyphen before each word. */
  String label();

  /**
   * All that decides which rows come, in which order: equal for two sources exactly if their rows
   * are the same.
   */
  String identity();
}
