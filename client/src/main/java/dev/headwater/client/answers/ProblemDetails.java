package dev.headwater.client.answers;

/**
 * An error as RFC 9457 writes it.
 *
 * @param type names the kind of problem; {@code urn:headwater:problem:} and the code
 * @param title the status in words
 * @param status HTTP status
 * @param code stable, for programs
 * @param detail for a person
 */
public record ProblemDetails(String type, String title, int status, String code, String detail) {}
