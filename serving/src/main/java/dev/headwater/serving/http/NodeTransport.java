package dev.headwater.serving.http;

import dev.headwater.access.Outgoing;
import dev.headwater.http.BetweenNodes;
import dev.headwater.serving.nodes.Member;
import dev.headwater.serving.nodes.Transport;
import dev.headwater.serving.shard.NotHereException;
import dev.headwater.serving.shard.TooManyException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Asks other nodes over HTTP, with this node's key. Thread-safe. */
public final class NodeTransport implements Transport {
  static final String SHARD = "/internal/shard/";

  private static final Duration CONNECT_MAX = Duration.ofSeconds(1);

  private final Outgoing outgoing;
  private final Duration most;
  private final HttpClient client;

  /**
   * Creates it.
   *
   * @param outgoing the key that it shows and the authorities that it trusts
   * @param most how long a question may take
   */
  public NodeTransport(Outgoing outgoing, Duration most) {
    this.outgoing = outgoing;
    this.most = most;
    client = outgoing.client(CONNECT_MAX.compareTo(most) < 0 ? CONNECT_MAX : most).build();
  }

  @Override
  public CompletableFuture<byte[]> send(Member to, Question question) {
    HttpRequest request =
        request(to, SHARD + question.kind().path(), most)
            .header("content-type", ShardCall.TYPE.toString())
            .POST(HttpRequest.BodyPublishers.ofByteArray(question.body()))
            .build();
    return client
        .sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
        .thenApply(NodeTransport::answer);
  }

  private static byte[] answer(HttpResponse<byte[]> response) {
    switch (response.statusCode()) {
      case 200 -> {
        return response.body();
      }
      case 404 -> throw new NotHereException("the table is not there");
      case 413 -> throw new TooManyException("a shard holds more items than may be gathered");
      default -> throw failed(response);
    }
  }

  private static CompletionException failed(HttpResponse<byte[]> response) {
    return new CompletionException(
        new IOException(response.uri().getHost() + " answered " + response.statusCode()));
  }

  private HttpRequest.Builder request(Member to, String path, Duration timeout) {
    return outgoing.request(URI.create(to.address() + path)).timeout(timeout);
  }

  /**
   * Hands a request on; failed when the node does not answer, or says that it cannot now.
   *
   * @param body null: a GET
   */
  CompletableFuture<HttpResponse<byte[]>> hand(
      Member to, String path, byte @Nullable [] body, Duration timeout) {
    HttpRequest.Builder request = request(to, path, timeout).header(BetweenNodes.HANDED_ON, "1");
    if (body != null) {
      request
          .header("content-type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    }
    return client
        .sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray())
        .thenApply(
            response -> {
              if (response.statusCode() >= 500 || response.statusCode() == 401) {
                throw failed(response);
              }
              return response;
            });
  }
}
