package dev.headwater.store.admin;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.stream.StreamMessage;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.http.Reply;
import dev.headwater.store.snapshot.Snapshots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/snapshots/{id}/files/{name}}: a file of a snapshot. 206 from where header {@code
 * Range: bytes=N-} says; other forms of it are answered whole with 200, as the standard allows. It
 * is read as the caller takes it, on no thread that answers others. 404 {@code unknown_version}.
 */
record SnapshotFile(Snapshots snapshots) implements Endpoint {
  private static final Duration TIME_MAX = Duration.ofMinutes(10);
  private static final int BUFFER_BYTES = 256 << 10;

  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of());
    Path file = snapshots.file(request.path("id"), request.path("name"));
    long size = size(file);
    long from = rangeStart(request.header(HttpHeaderNames.RANGE), size);
    request.mayTake(TIME_MAX);
    if (size == 0) {
      return new Reply(HttpStatus.OK, MediaType.OCTET_STREAM, HttpData.empty());
    }
    return Reply.stream(
        from > 0 ? HttpStatus.PARTIAL_CONTENT : HttpStatus.OK,
        MediaType.OCTET_STREAM,
        StreamMessage.builder(file).bufferSize(BUFFER_BYTES).build().range(from, size - from),
        headers(from, size));
  }

  private static HttpHeaders headers(long from, long size) {
    HttpHeadersBuilder headers =
        HttpHeaders.builder()
            .set(HttpHeaderNames.ACCEPT_RANGES, "bytes")
            .contentLength(size - from);
    if (from > 0) {
      headers.set(HttpHeaderNames.CONTENT_RANGE, "bytes %d-%d/%d".formatted(from, size - 1, size));
    }
    return headers.build();
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long rangeStart(@Nullable String range, long size) {
    if (range == null || !range.matches("bytes=\\d{1,18}-")) {
      return 0;
    }
    long from = Long.parseLong(range.substring("bytes=".length(), range.length() - 1));
    return from < size ? from : 0;
  }
}
