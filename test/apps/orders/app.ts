import { App } from 'aws-cdk-lib';
import { OrdersStack } from './orders-stack.ts';

const app = new App();
new OrdersStack(app, 'orders', {
  env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION },
});
