package tickwatch.app;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tickwatch.ipc.net.Access;
import tickwatch.ipc.net.Listen;
import tickwatch.ipc.net.NetException;
import tickwatch.ipc.net.ServerTls;

/** The flags of whatever listens: where, and who may come. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ServerFlags {
  @Option(
      names = "--listen",
      paramLabel = "ADDR",
      defaultValue = "127.0.0.1",
      description =
          "The address to listen on (default: ${DEFAULT-VALUE}, this machine only). Any other one"
              + " needs --users or --allow-anonymous.")
  private String listen;

  @Option(
      names = "--users",
      paramLabel = "FILE",
      description = "Let these users in, and nobody else; tickwatch passwd prints its lines.")
  private @Nullable Path users;

  @Option(
      names = "--allow-anonymous",
      description = "Let everyone read, subscribe and publish, from any machine.")
  private boolean allowAnonymous;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description =
          "Speak TLS, with this certificate and those that signed it, PEM; needs --tls-key.")
  private @Nullable Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "The certificate's private key, PEM (PKCS#8), without a password.")
  private @Nullable Path key;

  /** Null to speak plainly. */
  @Nullable ServerTls tls() {
    if (certificate == null && key == null) {
      return null;
    }
    if (certificate == null || key == null) {
      throw new OperatorException(
          ExitCode.USAGE, "--tls-cert and --tls-key go together: give both of them");
    }
    try {
      return ServerTls.of(certificate, key);
    } catch (NetException e) {
      throw new OperatorException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  String listen() {
    return listen;
  }

  Access access() {
    try {
      return Listen.access(listen, users, allowAnonymous);
    } catch (NetException e) {
      throw new OperatorException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }
}
