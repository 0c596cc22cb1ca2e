package dev.headwater.store.admin;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.http.Reply;
import dev.headwater.store.cycle.StoreEngine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;

/**
 * {@code GET /v1/rows?version=V[&after=ITEM]}: the next rows of a sealed version after an item, in
 * byte order of the items: {@code EmbeddingRow} messages, the length before each; an empty body at
 * the end. The row of the ranker's weights, where the version has one, comes before all. A page is
 * some 2 MB: a reader that stands still holds no thread. 400 {@code bad_version}; 404 {@code
 * unknown_version}.
 */
record RowsOfVersion(StoreEngine engine) implements Endpoint {
  private static final int PAGE_ROWS = 2_048;

  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of("version", "after"));
    String after = request.optionalText("after");
    long version = Versions.number(request, "version");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      for (EmbeddingRow row : engine.rows(version, after == null ? "" : after, PAGE_ROWS)) {
        row.writeDelimitedTo(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Reply(HttpStatus.OK, MediaType.PROTOBUF, HttpData.wrap(bytes.toByteArray()));
  }
}
