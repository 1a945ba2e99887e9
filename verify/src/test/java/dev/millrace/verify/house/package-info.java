/**
 * The rules of the house as tests: class files and poms come in, broken rules go out by name.
 *
 * <p>Not here: how a module does its work. Start reading at {@link HouseRules}; {@link
 * HouseRulesCanFailTest} plants a violation of each rule.
 */
@NullMarked
package dev.millrace.verify.house;

import org.jspecify.annotations.NullMarked;
