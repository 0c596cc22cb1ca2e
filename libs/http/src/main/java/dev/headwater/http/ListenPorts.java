package dev.headwater.http;

import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.common.TlsProvider;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import dev.headwater.access.PemIdentity;
import dev.headwater.access.ServerIdentity;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Where a server listens: plain HTTP, or HTTPS with what certificate is current. */
final class ListenPorts {
  private ListenPorts() {}

  static ServerBuilder listening(String host, int port, @Nullable ServerIdentity identity) {
    InetSocketAddress address = new InetSocketAddress(host, port);
    return identity == null
        ? Server.builder().http(address)
        : Server.builder().https(address).tlsProvider(new Current(identity));
  }

  /** Asked at every handshake; Armeria keeps one TLS context a key pair. */
  private static final class Current implements TlsProvider {
    private final ServerIdentity identity;

    Current(ServerIdentity identity) {
      this.identity = identity;
    }

    @Override
    public TlsKeyPair keyPair(String hostname) {
      PemIdentity current = identity.current();
      return TlsKeyPair.of(current.key(), current.chain());
    }
  }
}
