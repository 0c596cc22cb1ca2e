package dev.headwater.client;

import dev.headwater.client.answers.ApiListing;
import dev.headwater.client.answers.EffectiveConfiguration;
import dev.headwater.client.answers.LagReport;
import dev.headwater.client.answers.NodeHealth;
import dev.headwater.client.answers.Readiness;
import dev.headwater.client.answers.ServedDomains;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Calls a serving node about itself, and makes the clients of its domains. How it calls is settled
 * first: {@code NodeClient.at(node).with(retries).with(credentials)}; the clients that it makes
 * share its connections. Thread-safe.
 *
 * <p>Every call may throw {@link HeadwaterException}.
 */
public final class NodeClient {
  private static final int UNAVAILABLE = 503;

  private final URI node;
  private final Retries retries;
  private final Credentials credentials;
  private final Timeouts timeouts;
  private @Nullable Calls calls;

  private NodeClient(URI node, Retries retries, Credentials credentials, Timeouts timeouts) {
    this.node = node;
    this.retries = retries;
    this.credentials = credentials;
    this.timeouts = timeouts;
  }

  /**
   * Creates a client with default retries and timeouts that shows no key.
   *
   * @param node {@code http://host:port} or {@code https://…}
   */
  public static NodeClient at(URI node) {
    return new NodeClient(node, Retries.DEFAULT, Credentials.NONE, Timeouts.DEFAULT);
  }

  /** Returns the same with other retries. */
  public NodeClient with(Retries other) {
    return new NodeClient(node, other, credentials, timeouts);
  }

  /** Returns the same that shows a key, or trusts other authorities. */
  public NodeClient with(Credentials other) {
    return new NodeClient(node, retries, other, timeouts);
  }

  /** Returns the same with other timeouts. */
  public NodeClient with(Timeouts other) {
    return new NodeClient(node, retries, credentials, other);
  }

  /** Opened when the first is needed: settling how to call opens nothing. */
  private synchronized Calls calls() {
    Calls open = calls;
    if (open == null) {
      open = new Calls(node, retries, credentials, timeouts);
      calls = open;
    }
    return open;
  }

  /** Returns the node's address. */
  public URI address() {
    return node;
  }

  /** Returns the client of a domain for who asks and publishes. */
  public HeadwaterClient shop(String domain) {
    return new HeadwaterClient(calls(), new ShopCalls(domain));
  }

  /** Returns the client of a domain for who looks after it. */
  public DomainClient domain(String domain) {
    return new DomainClient(calls(), domain);
  }

  /** Tells whether the node may get traffic; what a node that may not says is an answer too. */
  public Readiness readiness() {
    return calls().answer(Call.get("/ready", Readiness.class).orTold(UNAVAILABLE));
  }

  /** Tells whether the process can do its work; what one that cannot says is an answer too. */
  public NodeHealth health() {
    return calls().answer(Call.get("/health", NodeHealth.class).orTold(UNAVAILABLE));
  }

  /** Returns how late each hop is. */
  public LagReport lag() {
    return calls().answer(Call.get("/v1/lag", LagReport.class));
  }

  /** Returns the domains that the caller may name. */
  public ServedDomains domains() {
    return calls().answer(Call.get("/v1/domains", ServedDomains.class));
  }

  /** Returns the effective configuration, secrets masked. */
  public EffectiveConfiguration configuration() {
    return calls().answer(Call.get("/v1/config", EffectiveConfiguration.class));
  }

  /** Returns what is served at this address. */
  public ApiListing listing() {
    return calls().answer(Call.get("/", ApiListing.class));
  }
}
