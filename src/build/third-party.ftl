<#-- One line for each library: group:artifact, version, licences, home. Where there are several licences, one may choose. -->
<#list dependencyMap as entry>
${entry.getKey().groupId}:${entry.getKey().artifactId} | ${entry.getKey().version} | ${entry.getValue()?join(" or ")} | ${(entry.getKey().url)!""}
</#list>
