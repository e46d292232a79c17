package tickwatch.tick;

import io.netty.channel.EventLoopGroup;

/** Followers that cannot see the tickerplant's files, as on another machine. */
public final class FollowersElsewhere {
  private FollowersElsewhere() {}

  public static TickSubscriber start(
      TickSubscriberConfig config, EventLoopGroup loops, TickListener listener) {
    return TickSubscriber.start(config, loops, listener, path -> null);
  }
}
