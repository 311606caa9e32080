/** How a text says that it launches something on Alibaba Cloud. Each looks for a few words. */

/** A template of the Resource Orchestration Service. */
export function isTemplate(text: string): boolean {
  return text.includes('ROSTemplateFormatVersion');
}

/** A request as JSON or YAML: `RegionId` beside what a machine or a command is made of. */
export function isRequest(text: string): boolean {
  if (!hasKey(text, 'RegionId') && !hasKey(text, 'regionId')) return false;
  return REQUEST_KEYS.some((key) => hasKey(text, key));
}

const REQUEST_KEYS = [
  ...['InstanceType', 'InstanceTypes', 'UserData', 'CommandContent', 'ContainerGroupName'],
  ...['instanceType', 'userData', 'commandContent'],
] as const;

/** A query: an action of the machines' interface, with a region or the interface's version. */
export function isForm(text: string): boolean {
  const at = ACTIONS.map((action) => text.indexOf(`Action=${action}`)).find((each) => each !== -1);
  if (at === undefined) return false;
  const isAlibaba = ['RegionId=', 'aliyuncs.com', 'Version=2014-05-26', 'Version=2018-08-08'];
  return isAlibaba.some((mark) => text.includes(mark));
}

const ACTIONS = [
  ...['RunInstances', 'CreateInstance', 'RunCommand', 'CreateCommand', 'CreateContainerGroup'],
  ...['CreateLaunchTemplate', 'CreateScalingConfiguration', 'CreateAutoProvisioningGroup'],
] as const;

/** `Key:` with or without quotes, as a key of JSON or YAML. */
function hasKey(text: string, key: string): boolean {
  for (let at = text.indexOf(key); at !== -1; at = text.indexOf(key, at + key.length)) {
    if (isWordCode(text.charCodeAt(at - 1))) continue;
    let end = at + key.length;
    if (text[end] === '"' || text[end] === "'") end++;
    while (text[end] === ' ') end++;
    if (text[end] === ':') return true;
  }
  return false;
}

function isWordCode(c: number): boolean {
  const letter = c | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || (c >= 0x30 && c <= 0x39) || c === 0x5f;
}
