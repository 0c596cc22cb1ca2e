/**
 * One contract of all clients: the cases of {@code clients/contract} against a running node, by a
 * small driver a language. A suite, in the Maven profile {@code clients} only. Tests only.
 */
@NullMarked
package dev.headwater.launcher.clients;

import org.jspecify.annotations.NullMarked;
