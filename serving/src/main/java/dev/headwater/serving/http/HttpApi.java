package dev.headwater.serving.http;

import dev.headwater.client.answers.LagReport;
import dev.headwater.client.answers.Readiness;
import dev.headwater.http.ApiServer;
import dev.headwater.http.Json;
import dev.headwater.http.ServerConfig;
import dev.headwater.http.ServerParts;
import dev.headwater.serving.config.Protection;
import dev.headwater.serving.config.ServingConfig;
import dev.headwater.serving.config.ServingLimits;
import dev.headwater.serving.intake.DenyList;
import dev.headwater.serving.intake.PublicIntake;
import dev.headwater.serving.recommend.Recommender;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.QualityWindows;
import dev.headwater.serving.state.Rejections;
import dev.headwater.serving.status.ItemStatuses;
import dev.headwater.tracing.Tracing;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The HTTP side of a serving node: its routes on the server that all doors share. */
public final class HttpApi {
  /** After its own limit a request still gets its refusal. */
  private static final int STOP_MARGIN_MS = 1_000;

  private static final ServerParts.Meters METERS =
      new ServerParts.Meters(
          "headwater.serving.requests",
          "headwater.serving.requests.inside",
          "headwater.serving.queue.requests",
          "headwater.serving.certificate.remaining.seconds");

  private HttpApi() {}

  /**
   * What the endpoints need.
   *
   * @param domains the state
   * @param recommender makes answers
   * @param looks what people look at beside answers
   * @param readiness tells whether this node may get traffic
   * @param intake what callers may write
   * @param lag tells how late every hop is
   * @param registry for metrics of this and everybody else
   * @param tracing for spans of requests
   * @param neighbours the other nodes; null where this one holds everything
   */
  public record Parts(
      Domains domains,
      Recommender recommender,
      Looks looks,
      Supplier<Readiness> readiness,
      Intake intake,
      Supplier<LagReport> lag,
      PrometheusMeterRegistry registry,
      Tracing tracing,
      @Nullable Neighbours neighbours) {}

  /**
   * What people look at beside answers.
   *
   * @param statuses tells where items are
   * @param rejections tells why items were refused
   * @param quality tells how good the answers are
   */
  public record Looks(ItemStatuses statuses, Rejections rejections, QualityWindows quality) {}

  /**
   * What callers may write.
   *
   * @param records events and items
   * @param denyList what is not to be shown
   */
  public record Intake(PublicIntake records, DenyList denyList) {}

  /** Builds the server; nothing listens yet. */
  public static ApiServer server(ServingConfig config, Parts parts) {
    return new ApiServer(
        server(config),
        new ServerParts(
            parts.registry(), METERS, parts.tracing(), ServingProblems::of, Json.MAPPER),
        RouteTable.of(config, parts));
  }

  private static ServerConfig server(ServingConfig config) {
    Protection protection = config.protection();
    ServingLimits limits = config.limits();
    return new ServerConfig(
        "serving",
        new ServerConfig.Address(config.host(), config.port(), protection.tls()),
        new ServerConfig.Callers(
            protection.access(),
            protection.callerRates(),
            protection.domainRates(),
            limits.clientRate()),
        new ServerConfig.Limits(
            limits.bodyBytesMax(),
            limits.workers(),
            limits.queueMax(),
            limits.connectionsMax(),
            limits.eventLoops(),
            limits.requestTimeoutMs(),
            limits.requestTimeoutMs() + STOP_MARGIN_MS));
  }
}
