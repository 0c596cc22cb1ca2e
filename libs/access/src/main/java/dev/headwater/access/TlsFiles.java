package dev.headwater.access;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where a server's certificate and key lie, PEM each.
 *
 * @param certificate the server's certificate, then those that lead to the authority
 * @param key its private key, PKCS #8, not encrypted
 * @param reloadInterval how often both are looked at; changed ones are used without a restart
 */
public record TlsFiles(Path certificate, Path key, Duration reloadInterval) {}
