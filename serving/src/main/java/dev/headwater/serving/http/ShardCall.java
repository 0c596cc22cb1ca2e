package dev.headwater.serving.http;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import dev.headwater.http.ApiException;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.http.Reply;
import dev.headwater.serving.nodes.Transport;
import dev.headwater.serving.shard.NotHereException;
import dev.headwater.serving.shard.ShardAnswers;
import dev.headwater.serving.shard.TooManyException;
import dev.headwater.serving.shard.wire.FindRequest;
import dev.headwater.serving.shard.wire.KnownRequest;

/**
 * {@code POST /internal/shard/known} and {@code /internal/shard/find}: what this node says of the
 * items that it holds, to the other nodes alone, as Protobuf. 404 {@code unknown_version} when it
 * has not got the table; 413 {@code overloaded}; 400 {@code malformed_body}.
 */
final class ShardCall implements Endpoint {
  static final MediaType TYPE = MediaType.create("application", "x-protobuf");

  private final Transport.Kind kind;
  private final ShardAnswers answers;

  ShardCall(Transport.Kind kind, ShardAnswers answers) {
    this.kind = kind;
    this.answers = answers;
  }

  @Override
  public Object handle(ApiRequest request) {
    try {
      MessageLite answer =
          switch (kind) {
            case KNOWN -> answers.known(KnownRequest.parseFrom(request.bytes()));
            case FIND -> answers.find(FindRequest.parseFrom(request.bytes()));
          };
      return new Reply(HttpStatus.OK, TYPE, HttpData.wrap(answer.toByteArray()));
    } catch (InvalidProtocolBufferException e) {
      throw ApiException.badRequest("malformed_body", "the body is no question to a shard");
    } catch (NotHereException e) {
      throw ApiException.notFound("unknown_version", String.valueOf(e.getMessage()));
    } catch (TooManyException e) {
      throw new ApiException(
          HttpStatus.REQUEST_ENTITY_TOO_LARGE, "overloaded", String.valueOf(e.getMessage()));
    }
  }
}
