package dev.headwater.store.admin;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.headwater.access.ServerIdentity;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.StoreException.Code;
import java.io.IOException;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** Opens the port of the operator's interface: plain HTTP, or HTTPS with TLS 1.2 or later. */
final class AdminPort {
  private static final int BACKLOG = 16;

  private AdminPort() {}

  static HttpServer open(String host, int port, @Nullable ServerIdentity identity) {
    InetSocketAddress address = new InetSocketAddress(host, port);
    try {
      if (identity == null) {
        return HttpServer.create(address, BACKLOG);
      }
      HttpsServer server = HttpsServer.create(address, BACKLOG);
      server.setHttpsConfigurator(new Modern(identity));
      return server;
    } catch (IOException e) {
      throw new StoreException(
          Code.STORAGE_FAILED, "cannot listen on " + host + ":" + port + ": " + e.getMessage(), e);
    }
  }

  private static final class Modern extends HttpsConfigurator {
    Modern(ServerIdentity identity) {
      super(identity.context());
    }

    @Override
    public void configure(HttpsParameters connection) {
      SSLParameters parameters = getSSLContext().getDefaultSSLParameters();
      parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
      connection.setSSLParameters(parameters);
    }
  }
}
