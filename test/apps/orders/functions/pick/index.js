exports.handler = async ({ Records }) => {
  const batchItemFailures = [];
  for (const { body, messageId } of Records) {
    const { detail } = JSON.parse(body);
    if (detail.express === 'never') batchItemFailures.push({ itemIdentifier: messageId });
    else console.log(`picked ${detail.id} in the ${process.env.WAREHOUSE}`);
  }
  return { batchItemFailures };
};
