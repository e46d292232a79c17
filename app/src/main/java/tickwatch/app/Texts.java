package tickwatch.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import tickwatch.ipc.net.ClientTls;
import tickwatch.ipc.net.Endpoint;
import tickwatch.ipc.net.NetException;

/** How the values of flags are read. A bad one is said with what was expected. */
final class Texts {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,12})\\s*(ns|us|ms|s|m|h|d)");
  private static final Duration LONGEST = Duration.ofDays(36_500);
  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,12})\\s*(b|kb|mb|gb)?", Pattern.CASE_INSENSITIVE);

  private Texts() {}

  /** {@code 250ms}, {@code 30s}, {@code 5m}, {@code 24h}, {@code 7d}. */
  static final class DurationText implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      Matcher matcher = DURATION.matcher(text.trim());
      if (!matcher.matches()) {
        throw new TypeConversionException(
            "\"" + text + "\" (expected: a time with its unit, as 250ms, 30s, 5m, 24h)");
      }
      Duration time = of(Long.parseLong(matcher.group(1)), matcher.group(2));
      // All that takes a time counts nanoseconds.
      if (time.compareTo(LONGEST) > 0) {
        throw new TypeConversionException(
            "\"" + text + "\" (expected: at most " + LONGEST.toDays() + "d)");
      }
      return time;
    }

    private static Duration of(long amount, String unit) {
      return switch (unit) {
        case "ns" -> Duration.ofNanos(amount);
        case "us" -> Duration.ofNanos(Math.multiplyExact(amount, 1000));
        case "ms" -> Duration.ofMillis(amount);
        case "s" -> Duration.ofSeconds(amount);
        case "m" -> Duration.ofMinutes(amount);
        case "h" -> Duration.ofHours(amount);
        default -> Duration.ofDays(amount);
      };
    }
  }

  /** {@code 0} to {@code 65535}. */
  static final class PortText implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      try {
        int port = Integer.parseInt(text.trim());
        if (port >= 0 && port <= 65535) {
          return port;
        }
      } catch (NumberFormatException e) {
        // said below
      }
      throw new TypeConversionException(
          "\"" + text + "\" (expected: a number from 1 to 65535, or 0 for any free port)");
    }
  }

  /** {@code 64MB}. */
  static final class SizeText implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      Matcher matcher = SIZE.matcher(text.trim());
      if (!matcher.matches()) {
        throw new TypeConversionException("\"" + text + "\" (expected: bytes, as 64MB or 1GB)");
      }
      long amount = Long.parseLong(matcher.group(1));
      String unit = matcher.group(2) == null ? "b" : matcher.group(2).toLowerCase(Locale.ROOT);
      int shift =
          switch (unit) {
            case "kb" -> 10;
            case "mb" -> 20;
            case "gb" -> 30;
            default -> 0;
          };
      if (amount > Long.MAX_VALUE >> shift) {
        throw new TypeConversionException("\"" + text + "\" (expected: less than 8 EB)");
      }
      return amount << shift;
    }
  }

  /**
   * {@code [tcps://]HOST:PORT[:USER[:PASSWORD]]}; where no user is named, {@code TICKWATCH_USER}
   * and {@code TICKWATCH_PASSWORD} say who it is. {@code tcps://} is TLS, and {@code
   * TICKWATCH_TLS_CA} a file with the certificates to trust instead of the JVM's.
   */
  static final class EndpointText implements ITypeConverter<Endpoint> {
    private final Map<String, String> environment;

    EndpointText(Map<String, String> environment) {
      this.environment = environment;
    }

    @Override
    public Endpoint convert(String text) {
      try {
        Endpoint endpoint = Endpoint.parse(text.trim());
        String authorities = environment.get("TICKWATCH_TLS_CA");
        if (endpoint.tls() != null && authorities != null) {
          ClientTls tls = ClientTls.trusting(Path.of(authorities));
          // javakdb takes no other.
          SSLContext.setDefault(tls.javaContext());
          endpoint = endpoint.withTls(tls);
        }
        return endpoint.user().isEmpty()
            ? endpoint.withUser(
                environment.getOrDefault("TICKWATCH_USER", ""),
                environment.getOrDefault("TICKWATCH_PASSWORD", ""))
            : endpoint;
      } catch (NetException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
