package dev.headwater.http;

import java.util.concurrent.CompletableFuture;

/**
 * What an endpoint returns that has to wait: the worker goes on with other requests in between.
 *
 * @param result becomes what the endpoint would have returned
 */
public record Later(CompletableFuture<?> result) {}
