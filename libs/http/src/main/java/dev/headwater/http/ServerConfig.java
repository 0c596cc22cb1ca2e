package dev.headwater.http;

import dev.headwater.access.AccessConfig;
import dev.headwater.access.Rates;
import dev.headwater.access.TlsFiles;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a server is set up.
 *
 * @param name in logs, audits and names of threads
 * @param address where it listens
 * @param callers who may call, how often
 * @param limits what it takes on
 */
public record ServerConfig(String name, Address address, Callers callers, Limits limits) {

  /**
   * Where a server listens.
   *
   * @param host a name or an address
   * @param port 0 for a free one
   * @param tls certificate and key; null: plain HTTP
   */
  public record Address(String host, int port, @Nullable TlsFiles tls) {}

  /**
   * Who may call, and how often.
   *
   * @param access keys and tokens
   * @param rates of callers whose key says nothing else
   * @param domainRates by domain, of all its callers together
   * @param addressRate requests a second of one client address; beyond it 429; 0: any
   */
  public record Callers(
      AccessConfig access, Rates rates, Map<String, Rates> domainRates, int addressRate) {
    /** Copies the map. */
    public Callers {
      domainRates = Map.copyOf(domainRates);
    }

    /** Held to no rate. */
    public static Callers unlimited(AccessConfig access) {
      return new Callers(access, Rates.ANY, Map.of(), 0);
    }
  }

  /**
   * What a server takes on.
   *
   * @param bodyBytesMax largest request body
   * @param workers threads that make answers
   * @param queueMax requests that may be in work beside those on the workers; beyond it 503
   * @param connectionsMax open connections
   * @param eventLoops threads that read and write sockets
   * @param requestTimeoutMs how long a request may take that does not say otherwise
   * @param stopMs how long a stop waits for the answers in work
   */
  public record Limits(
      int bodyBytesMax,
      int workers,
      int queueMax,
      int connectionsMax,
      int eventLoops,
      int requestTimeoutMs,
      int stopMs) {}
}
